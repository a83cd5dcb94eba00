//! Functions that look for something in a text: a text, a regular expression, or what a function of the author's finds.

use super::{Arguments, Calling};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Evaluator, Function, Item, Items, List, Map, Thrown, is_truthy};
use crate::expr::jsonata::text::{self, Pattern, Replacement, Template, utf16_length};
use crate::expr::regex::Found;
use crate::value::Str;

impl<'a> Calling<'_, 'a, '_> {
    pub(super) fn matcher(&mut self, builtin: Builtin, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        let Some(subject) = given.get(0).as_shared_text() else { return Ok(Item::Undefined) };
        let sought = given.get(1);
        if sought.is_undefined() {
            return Ok(Item::Undefined);
        }
        match builtin {
            Builtin::Contains => self.contains(subject, sought),
            Builtin::Match => self.matches(subject, sought, given.number(2)),
            Builtin::Split => self.split(subject, sought, given.number(2)),
            _ => self.replace(subject, sought, given.get(2), given.number(3)),
        }
    }

    fn contains(&mut self, subject: &Str, sought: &Item<'a>) -> Thrown<Item<'a>> {
        Ok(Item::Bool(match (sought.as_text(), pattern_of(sought)) {
            (Some(text), _) => subject.contains(text),
            (_, Some(pattern)) => self.evaluator.search(|search| pattern.first(subject, 0, search))?.is_some(),
            _ => self.first_match(sought, subject)?.is_some(),
        }))
    }

    fn matches(&mut self, subject: &Str, sought: &Item<'a>, limit: Option<f64>) -> Thrown<Item<'a>> {
        if limit.is_some_and(|limit| limit < 0.0) {
            return Err(Box::new(Error::of("D3040")));
        }
        let limit = limit.unwrap_or(f64::INFINITY);
        let mut found = Vec::new();
        if let Some(pattern) = pattern_of(sought) {
            let mut units = Units::new(subject);
            let mut parts = pattern.matches(subject);
            while limit > 0.0
                && let Some(part) = self.evaluator.search(|search| parts.next(search))?
                && (found.len() as f64) < limit
            {
                let groups = self.evaluator.groups(subject, &part)?;
                let entries = [
                    ("match", Item::text(&subject[part.range.clone()])),
                    ("index", Item::Number(units.at(part.range.start) as f64)),
                    ("groups", groups),
                ];
                found.push(self.evaluator.map(entries.map(|(name, item)| (name.into(), item)).into_iter().collect())?);
            }
        } else if limit > 0.0 {
            let mut next = self.first_match(sought, subject)?;
            while let Some(part) = next
                && (found.len() as f64) < limit
            {
                let entries = [("match", "match"), ("index", "start"), ("groups", "groups")];
                let entries = entries.map(|(name, from)| (name.into(), member(&part, from)));
                found.push(self.evaluator.map(entries.into_iter().collect())?);
                next = self.next_match(&part)?;
            }
        }
        self.evaluator.list(List { items: found, sequence: true, ..List::default() })
    }

    fn split(&mut self, subject: &Str, sought: &Item<'a>, limit: Option<f64>) -> Thrown<Item<'a>> {
        let parts: Vec<Item<'a>> = if let Some(separator) = sought.as_text() {
            text::split_literal(subject, separator, limit)?.into_iter().map(Item::text).collect()
        } else if let Some(pattern) = pattern_of(sought) {
            let mut matches = pattern.matches(subject);
            let next = || self.evaluator.search(|search| matches.next(search));
            text::split_at(subject, limit, next)?.into_iter().map(Item::text).collect()
        } else {
            self.split_by(subject, sought, limit)?
        };
        self.evaluator.step(parts.len() as u64)?;
        self.evaluator.array_of(parts)
    }

    /// Splits at what a function finds.
    fn split_by(&mut self, subject: &Str, sought: &Item<'a>, limit: Option<f64>) -> Thrown<Vec<Item<'a>>> {
        if limit.is_some_and(|limit| limit < 0.0) {
            return Err(Box::new(Error::of("D3020")));
        }
        let limit = limit.unwrap_or(f64::INFINITY);
        let mut parts = Vec::new();
        if limit <= 0.0 {
            return Ok(parts);
        }
        let mut from = 0;
        let mut next = self.first_match(sought, subject)?;
        while let Some(part) = next
            && (parts.len() as f64) < limit
        {
            parts.push(Item::text(between(subject, from, place(&part, "start", subject))));
            from = place(&part, "end", subject);
            next = self.next_match(&part)?;
        }
        if (parts.len() as f64) < limit {
            parts.push(Item::text(between(subject, from, subject.len())));
        }
        Ok(parts)
    }

    fn replace(
        &mut self,
        subject: &Str,
        sought: &Item<'a>,
        replacement: &Item<'a>,
        limit: Option<f64>,
    ) -> Thrown<Item<'a>> {
        let room = self.evaluator.room();
        if let Some(sought) = sought.as_text() {
            let replacement = replacement.as_text().unwrap_or_default();
            let (text, count) = text::replace_literal(subject, sought, replacement, limit, room)?;
            self.evaluator.step(count as u64)?;
            return Ok(Item::text(text));
        }
        let Some(pattern) = pattern_of(sought) else {
            return self.replace_by(subject, sought, replacement, limit);
        };
        let limit = text::replace_limit(limit)?;
        let (mut out, mut count) = (Replacement::new(subject, room), 0.0);
        let mut matches = pattern.matches(subject);
        // The match after the last one that counts is looked for all the same.
        while limit > 0.0
            && let Some(found) = self.evaluator.search(|search| matches.next(search))?
            && count < limit
        {
            match replacement.as_text() {
                Some(template) => out.put(&found.range, &Template(template).fill(subject, &found))?,
                None => {
                    let part = self.evaluator.found(pattern, None, subject, &found)?;
                    out.put(&found.range, &self.replaced(replacement, part)?)?;
                }
            }
            count += 1.0;
        }
        Ok(Item::text(out.finish()))
    }

    /// Replaces what a function finds.
    fn replace_by(
        &mut self,
        subject: &Str,
        sought: &Item<'a>,
        replacement: &Item<'a>,
        limit: Option<f64>,
    ) -> Thrown<Item<'a>> {
        if limit.is_some_and(|limit| limit < 0.0) {
            return Err(Box::new(Error::of("D3011")));
        }
        let limit = limit.unwrap_or(f64::INFINITY);
        let mut out = String::new();
        let (mut from, mut count) = (0, 0.0);
        let mut next = if limit > 0.0 { self.first_match(sought, subject)? } else { None };
        while let Some(part) = next
            && count < limit
        {
            let start = place(&part, "start", subject);
            out.push_str(between(subject, from, start));
            match replacement.as_text() {
                Some(template) => out.push_str(&Template(template).fill(subject, &as_found(&part, subject))),
                None => out.push_str(&self.replaced(replacement, part.clone())?),
            }
            from = end_of(&part, start, subject);
            self.evaluator.fits(out.len())?;
            count += 1.0;
            next = self.next_match(&part)?;
        }
        out.push_str(between(subject, from, subject.len()));
        Ok(Item::text(out))
    }

    fn replaced(&mut self, replacement: &Item<'a>, found: Item<'a>) -> Thrown<Str> {
        let text = self.evaluator.invoke(replacement, self.frame, |arguments| arguments.push(found))?;
        text.as_shared_text().cloned().ok_or_else(|| Box::new(Error::of("D3012")))
    }

    fn first_match(&mut self, matcher: &Item<'a>, subject: &Str) -> Thrown<Option<Item<'a>>> {
        let found =
            self.evaluator.invoke(matcher, self.frame, |arguments| arguments.push(Item::Text(subject.clone())))?;
        checked(found)
    }

    fn next_match(&mut self, found: &Item<'a>) -> Thrown<Option<Item<'a>>> {
        let next = member(found, "next");
        if !next.is_function() {
            return Ok(None);
        }
        let found = self.evaluator.invoke(&next, self.frame, |_| {})?;
        checked(found)
    }
}

/// What a function found has to look like a match.
fn checked(found: Item<'_>) -> Thrown<Option<Item<'_>>> {
    if found.is_undefined() {
        return Ok(None);
    }
    let is_match = member(&found, "start").as_number().is_some()
        || member(&found, "groups").is_array()
        || member(&found, "next").is_function();
    match is_truthy(&found) && !is_match {
        true => Err(Box::new(Error::of("T1010"))),
        false => Ok(Some(found)),
    }
}

fn member<'a>(item: &Item<'a>, name: &str) -> Item<'a> {
    item.entries().and_then(|entries| entries.get(name)).unwrap_or_default()
}

/// A place that a function tells, in bytes.
fn place(found: &Item<'_>, name: &str, subject: &str) -> usize {
    let units = member(found, name).as_number().unwrap_or(0.0);
    let mut seen = 0.0;
    let at = subject.char_indices().find(|(_, c)| {
        let here = seen >= units;
        seen += c.len_utf16() as f64;
        here
    });
    at.map_or(subject.len(), |(at, _)| at)
}

/// JavaScript's `substring`: its ends in either order.
fn between(subject: &str, from: usize, to: usize) -> &str {
    &subject[from.min(to)..from.max(to)]
}

/// Where a match that a function tells ends, in bytes: its text need not be what is there.
fn end_of(found: &Item<'_>, start: usize, subject: &str) -> usize {
    let length = member(found, "match").as_text().map_or(0, str::len);
    subject.floor_char_boundary((start + length).min(subject.len()))
}

fn as_found(part: &Item<'_>, subject: &str) -> Found {
    let start = place(part, "start", subject);
    let end = end_of(part, start, subject);
    let count = member(part, "groups").items().map_or(0, Items::len);
    Found { range: start..end, groups: vec![None; count] }
}

/// The regular expression that a function is.
fn pattern_of<'a>(item: &Item<'a>) -> Option<&'a Pattern> {
    let Item::Function(function) = item else { return None };
    match &**function {
        Function::Regex(pattern, _) => Some(pattern),
        Function::Wrapped(inner, _) => pattern_of(inner),
        _ => None,
    }
}

/// Bytes of a text to UTF-16 units, going forward.
struct Units<'t> {
    text: &'t str,
    bytes: usize,
    units: usize,
}

impl<'t> Units<'t> {
    fn new(text: &'t str) -> Units<'t> {
        Units { text, bytes: 0, units: 0 }
    }

    fn at(&mut self, byte: usize) -> usize {
        self.units += utf16_length(&self.text[self.bytes..byte]);
        self.bytes = byte;
        self.units
    }
}

impl<'a> Evaluator<'a, '_> {
    /// What a regular expression finds from a byte on: a match as an object.
    pub(in crate::expr::jsonata) fn find(
        &mut self,
        pattern: &'a Pattern,
        position: Option<u32>,
        text: Option<Str>,
        from: usize,
    ) -> Thrown<Item<'a>> {
        let Some(text) = text else { return Ok(Item::Undefined) };
        match self.search(|search| pattern.first(&text, from, search))? {
            Some(found) => self.found(pattern, position, &text, &found),
            None => Ok(Item::Undefined),
        }
    }

    /// The match behind another. An empty one is an error: it would be found for ever.
    pub(in crate::expr::jsonata) fn find_next(
        &mut self,
        pattern: &'a Pattern,
        position: Option<u32>,
        text: &Str,
        from: usize,
    ) -> Thrown<Item<'a>> {
        if from >= text.len() {
            return Ok(Item::Undefined);
        }
        match self.search(|search| pattern.first(text, from, search))? {
            Some(found) if found.range.is_empty() => {
                let error = Error::of("D1004");
                Err(Box::new(Error { offset: position.map(|at| at as usize), ..error }))
            }
            Some(found) => self.found(pattern, position, text, &found),
            None => Ok(Item::Undefined),
        }
    }

    fn found(&mut self, pattern: &'a Pattern, position: Option<u32>, text: &Str, found: &Found) -> Thrown<Item<'a>> {
        let groups = self.groups(text, found)?;
        let mut units = Units::new(text);
        let (start, end) = (units.at(found.range.start), units.at(found.range.end));
        let next = Function::Next { pattern, position, text: text.clone(), from: found.range.end };
        let entries = [
            ("match", Item::text(&text[found.range.clone()])),
            ("start", Item::Number(start as f64)),
            ("end", Item::Number(end as f64)),
            ("groups", groups),
            ("next", Item::Function(std::rc::Rc::new(next))),
        ];
        self.map(entries.map(|(name, item)| (name.into(), item)).into_iter().collect::<Map<'a>>())
    }

    fn groups(&mut self, text: &str, found: &Found) -> Thrown<Item<'a>> {
        let group = |range: &Option<std::ops::Range<usize>>| match range {
            Some(range) => Item::text(&text[range.clone()]),
            None => Item::Undefined,
        };
        self.array_of(found.groups.iter().map(group).collect())
    }
}
