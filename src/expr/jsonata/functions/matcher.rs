//! Functions that look for something in a text: a text, a regular expression, or what a function of the author's finds.

use super::{Arguments, Calling};
use crate::expr::jsonata::Error;
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Function, Item, Items, List, Thrown, is_truthy};
use crate::expr::jsonata::text::{self, Pattern, Place, Replacement, Template};
use crate::expr::regex::Found;
use crate::value::Str;

/// Steps in the time of which a place of a template is filled.
const STEPS_A_PLACE: u64 = 4;

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
            let mut at = Place::default();
            let mut parts = pattern.matches(subject);
            while limit > 0.0
                && let Some(part) = self.evaluator.search(|search| parts.next(search))?
                && (found.len() as f64) < limit
            {
                let groups = self.evaluator.groups(subject, &part)?;
                let start = self.evaluator.unit_at(subject, part.range.start, &mut at)?;
                let entries = [
                    ("match", Item::text(&subject[part.range.clone()])),
                    ("index", Item::Number(start as f64)),
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
        let (mut from, mut at, mut size) = (0, Place::default(), 0);
        let mut next = self.first_match(sought, subject)?;
        while let Some(part) = next
            && (parts.len() as f64) < limit
        {
            let text = between(subject, from, self.place(&part, "start", subject, &mut at)?);
            size += text.len();
            self.evaluator.fits(size)?;
            parts.push(Item::text(text));
            from = self.place(&part, "end", subject, &mut at)?;
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
        let (mut out, mut count, mut at) = (Replacement::new(subject, room), 0.0, Place::default());
        let mut matches = pattern.matches(subject);
        // The match after the last one that counts is looked for all the same.
        while limit > 0.0
            && let Some(found) = self.evaluator.search(|search| matches.next(search))?
            && count < limit
        {
            match replacement.as_text() {
                Some(template) => out.put(&found.range, &self.filled(template, subject, &found)?)?,
                None => {
                    let part = self.evaluator.found(pattern, None, subject, &found, &mut at)?;
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
        let (mut from, mut count, mut at) = (0, 0.0, Place::default());
        let mut next = if limit > 0.0 { self.first_match(sought, subject)? } else { None };
        while let Some(part) = next
            && count < limit
        {
            let start = self.place(&part, "start", subject, &mut at)?;
            out.push_str(between(subject, from, start));
            match replacement.as_text() {
                Some(template) => {
                    let groups = vec![None; self.groups_of(&part)?];
                    let found = Found { range: start..end_of(&part, start, subject), groups };
                    out.push_str(&self.filled(template, subject, &found)?);
                }
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

    fn filled(&mut self, template: &str, subject: &str, found: &Found) -> Thrown<String> {
        let filling = Template(template);
        self.evaluator.go_through(template.len())?;
        self.evaluator.step(STEPS_A_PLACE * filling.places() as u64)?;
        Ok(filling.fill(subject, found, self.evaluator.room())?)
    }

    /// A place that a function tells. It is looked for behind `at`, as long as they go forward, and that becomes it.
    fn place(&mut self, found: &Item<'a>, name: &str, subject: &str, at: &mut Place) -> Thrown<usize> {
        let (place, gone) = at.at_unit(subject, member(found, name).as_number().unwrap_or(0.0));
        self.evaluator.go_through_items(gone)?;
        *at = place;
        Ok(place.byte)
    }

    /// How many groups a match has that a function tells.
    fn groups_of(&mut self, found: &Item<'a>) -> Thrown<usize> {
        let count = member(found, "groups").items().map_or(0, Items::len);
        self.evaluator.go_through_items(count)?;
        Ok(count)
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

/// JavaScript's `substring`: its ends in either order.
fn between(subject: &str, from: usize, to: usize) -> &str {
    &subject[from.min(to)..from.max(to)]
}

/// Where a match that a function tells ends, in bytes: its text need not be what is there.
fn end_of(found: &Item<'_>, start: usize, subject: &str) -> usize {
    let length = member(found, "match").as_text().map_or(0, str::len);
    subject.floor_char_boundary((start + length).min(subject.len()))
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
