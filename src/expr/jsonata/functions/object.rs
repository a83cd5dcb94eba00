//! Objects, and errors that are wanted.

use super::{Arguments, Calling};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Item, List, Map, Thrown, is_truthy, spread};
use crate::value::Str;

impl<'a> Calling<'_, 'a, '_> {
    pub(super) fn object(&mut self, builtin: Builtin, mut given: Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        match builtin {
            Builtin::Keys => self.keys(given.get(0)),
            Builtin::Lookup => {
                let name = given.text(1).unwrap_or_default();
                self.evaluator.lookup(given.get(0), name)
            }
            Builtin::Spread => self.spread(given.take(0)),
            Builtin::Merge => self.merge(given.get(0)),
            Builtin::Error => Err(wanted("D3137", given.text(0), "$error() function evaluated")),
            _ if is_truthy(given.get(0)) => Ok(Item::Undefined),
            _ => Err(wanted("D3141", given.text(1), "$assert() statement failed")),
        }
    }

    fn keys(&mut self, subject: &Item<'a>) -> Thrown<Item<'a>> {
        let mut names = Map::default();
        gather_keys(subject, &mut names);
        let items = names.iter().map(|(name, _)| Item::Text(name.clone())).collect();
        self.evaluator.list(List { items, sequence: true, ..List::default() })
    }

    fn spread(&mut self, subject: Item<'a>) -> Thrown<Item<'a>> {
        if let Some(items) = subject.items() {
            let mut all = Item::Undefined;
            let mut parts = Vec::new();
            for item in items.iter() {
                let part = self.spread(item)?;
                if !part.is_undefined() {
                    spread(part, &mut parts);
                    all = Item::Null;
                }
            }
            let sequence = all.is_undefined();
            return self.evaluator.list(List { items: parts, sequence, ..List::default() });
        }
        let Some(entries) = subject.entries() else { return Ok(subject) };
        let entries: Vec<(Str, Item<'a>)> = entries.iter().map(|(name, value)| (name.clone(), value)).collect();
        let mut items = Vec::with_capacity(entries.len());
        for entry in entries {
            items.push(self.evaluator.map(Map::from_iter([entry]))?);
        }
        self.evaluator.list(List { items, sequence: true, ..List::default() })
    }

    fn merge(&mut self, subject: &Item<'a>) -> Thrown<Item<'a>> {
        let Some(items) = subject.items() else { return Ok(Item::Undefined) };
        let mut merged = Map::default();
        for item in items.iter() {
            if let Some(entries) = item.entries() {
                entries.iter().for_each(|(name, value)| merged.insert(name.clone(), value));
            }
        }
        self.evaluator.map(merged)
    }
}

/// The names of an object, or of all objects of an array.
fn gather_keys<'a>(subject: &Item<'a>, names: &mut Map<'a>) {
    if let Some(items) = subject.items() {
        items.iter().for_each(|item| gather_keys(&item, names));
    } else if let Some(entries) = subject.entries() {
        entries.iter().for_each(|(name, _)| names.insert(name.clone(), Item::Null));
    }
}

fn wanted(code: &'static str, message: Option<&str>, usual: &str) -> Box<Error> {
    let message = message.filter(|message| !message.is_empty()).unwrap_or(usual);
    Box::new(Error::of(code).with("message", message))
}
