//! Functions that call the function they are given.

use super::{Arguments, Calling};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Item, List, Map, Thrown};

impl<'a> Calling<'_, 'a, '_> {
    pub(super) fn higher(&mut self, builtin: Builtin, mut given: Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        let subject = given.take(0);
        let function = given.take(1);
        match builtin {
            Builtin::Each => self.each(&subject, &function),
            Builtin::Sift => self.sift(&subject, &function),
            _ if subject.is_undefined() => Ok(Item::Undefined),
            Builtin::Map => self.map(&subject, &function),
            Builtin::Filter => self.filter(&subject, &function),
            Builtin::Single => self.single(&subject, &function),
            _ => self.reduce(&subject, &function, given.take(2)),
        }
    }

    /// Calls the function with as many arguments as it takes: the value, its key, the whole.
    fn apply(
        &mut self,
        function: &Item<'a>,
        value: Item<'a>,
        key: impl FnOnce() -> Item<'a>,
        whole: &Item<'a>,
    ) -> Thrown<Item<'a>> {
        let arity = self.evaluator.arity(function);
        self.evaluator.invoke(function, self.frame, |arguments| {
            arguments.push(value);
            if arity >= 2 {
                arguments.push(key());
            }
            if arity >= 3 {
                arguments.push(whole.clone());
            }
        })
    }

    fn map(&mut self, subject: &Item<'a>, function: &Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = subject.items() else { return Ok(Item::Undefined) };
        let mut made = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let result = self.apply(function, item, || Item::Number(at as f64), subject)?;
            if !result.is_undefined() {
                made.push(result);
            }
        }
        self.evaluator.list(List { items: made, sequence: true, ..List::default() })
    }

    fn filter(&mut self, subject: &Item<'a>, function: &Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = subject.items() else { return Ok(Item::Undefined) };
        let mut found = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let result = self.apply(function, item.clone(), || Item::Number(at as f64), subject)?;
            if self.evaluator.truth(&result)? {
                found.push(item);
            }
        }
        self.evaluator.list(List { items: found, sequence: true, ..List::default() })
    }

    fn single(&mut self, subject: &Item<'a>, function: &Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = subject.items() else { return Ok(Item::Undefined) };
        let mut found = None;
        for (at, item) in items.iter().enumerate() {
            let fits = function.is_undefined() || {
                let result = self.apply(function, item.clone(), || Item::Number(at as f64), subject)?;
                self.evaluator.truth(&result)?
            };
            if fits && found.replace(item).is_some() {
                return Err(Box::new(Error::of("D3138")));
            }
        }
        found.ok_or_else(|| Box::new(Error::of("D3139")))
    }

    fn reduce(&mut self, subject: &Item<'a>, function: &Item<'a>, start: Item<'a>) -> Thrown<Item<'a>> {
        let arity = self.evaluator.arity(function);
        if arity < 2 {
            return Err(Box::new(Error::of("D3050")));
        }
        let Some(items) = subject.items() else { return Ok(Item::Undefined) };
        let from_first = start.is_undefined() && items.len() > 0;
        let mut result = if from_first { items.get(0) } else { start };
        for (at, item) in items.iter().enumerate().skip(usize::from(from_first)) {
            result = self.evaluator.invoke(function, self.frame, |arguments| {
                arguments.extend([result, item]);
                if arity >= 3 {
                    arguments.push(Item::Number(at as f64));
                }
                if arity >= 4 {
                    arguments.push(subject.clone());
                }
            })?;
        }
        Ok(result)
    }

    fn each(&mut self, subject: &Item<'a>, function: &Item<'a>) -> Thrown<Item<'a>> {
        let mut made = Vec::new();
        if let Some(entries) = subject.entries() {
            for (name, value) in entries.iter() {
                let result = self.apply(function, value, || Item::Text(name.clone()), subject)?;
                if !result.is_undefined() {
                    made.push(result);
                }
            }
        }
        self.evaluator.list(List { items: made, sequence: true, ..List::default() })
    }

    fn sift(&mut self, subject: &Item<'a>, function: &Item<'a>) -> Thrown<Item<'a>> {
        let mut found = Map::default();
        if let Some(entries) = subject.entries() {
            for (name, value) in entries.iter() {
                let result = self.apply(function, value.clone(), || Item::Text(name.clone()), subject)?;
                if self.evaluator.truth(&result)? {
                    found.insert(name.clone(), value);
                }
            }
        }
        let is_empty = found.iter().len() == 0;
        if is_empty { Ok(Item::Undefined) } else { self.evaluator.map(found) }
    }
}
