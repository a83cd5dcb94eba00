//! Following steps through a value.
//!
//! Two lanes: [`follow`] goes along members and indices, borrowing and never allocating; [`run`] does everything else.
//! Recursion is bounded by the number of steps, which the parser bounds; descent into values is a loop.

use std::borrow::Cow;

use super::ast::{Name, Slice, Step, are_definite};
use super::filter::{GivenUp, Ground, View};
use crate::value::{Array, Object, Value};

/// Where and why a definite path ends before its end.
pub(super) struct Miss<'v> {
    /// The index of the step that could not be taken.
    pub step: usize,
    /// What it met.
    pub cause: Cause<'v>,
}

/// What a step met that it could not be taken on.
pub(super) enum Cause<'v> {
    /// An object without that member.
    Missing,
    /// A member was asked of this.
    NotAnObject(&'v Value),
    /// An item was asked of `null`.
    Null,
    /// An item was asked of this.
    NotAnArray(&'v Value),
    /// A filter was laid upon this.
    Scalar(&'v Value),
}

/// Along members and indices only; none when the path ends early, or has other steps.
pub(super) fn follow<'v>(steps: &[Step], start: &'v Value) -> Option<&'v Value> {
    let mut at = start;
    for step in steps {
        at = match (step, at) {
            (Step::Member(name), Value::Object(object)) => object.get(&name.text)?,
            (Step::Index(index), Value::Array(items)) => items.get(place(*index, items.len())?)?,
            _ => return None,
        };
    }
    Some(at)
}

/// All that the steps lead to, in Jayway's order. `ground` has what `$` means in filters.
pub(super) fn run<'v>(steps: &[Step], ground: Ground<'v>, start: &'v Value) -> Result<Vec<Value>, Miss<'v>> {
    let mut run = Run { steps, ground, demanding: false, found: Vec::new() };
    run.go(0, start, true)?;
    Ok(run.found)
}

/// What a path in a filter stands for; none when it leads nowhere.
pub(super) fn query<'v>(
    steps: &[Step],
    ground: Ground<'v>,
    start: &'v Value,
) -> Result<Option<Cow<'v, Value>>, GivenUp> {
    if steps.iter().all(Step::is_single) {
        return Ok(follow(steps, start).map(Cow::Borrowed));
    }
    match run(steps, ground, start) {
        Ok(mut found) if are_definite(steps) => Ok(found.pop().map(Cow::Owned)),
        Ok(found) => Ok(Some(Cow::Owned(Value::from(found)))),
        Err(Miss { cause: Cause::Scalar(_), .. }) => Err(GivenUp),
        Err(_) => Ok(None),
    }
}

/// Whether a path in a filter leads anywhere; every member it names must be there.
pub(super) fn exists(steps: &[Step], ground: Ground<'_>, start: &Value) -> bool {
    if steps.iter().all(Step::is_single) {
        return follow(steps, start).is_some();
    }
    let mut run = Run { steps, ground, demanding: true, found: Vec::new() };
    run.go(0, start, true).is_ok() && !(run.found.is_empty() && are_definite(steps))
}

/// The index into a list, counted from its end when negative.
pub(super) fn place(index: i32, length: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => length.checked_sub(index.unsigned_abs() as usize),
    }
}

struct Run<'p, 'v> {
    steps: &'p [Step],
    ground: Ground<'v>,
    /// A missing member is a miss wherever it is missing.
    demanding: bool,
    found: Vec<Value>,
}

type Outcome<'v> = Result<(), Miss<'v>>;

impl<'v> Run<'_, 'v> {
    /// Takes the steps from the one at index `step`. `definite`: no step before led to several values.
    fn go(&mut self, mut step: usize, mut at: &'v Value, definite: bool) -> Outcome<'v> {
        let steps = self.steps;
        loop {
            let Some(next) = steps.get(step) else {
                self.found.push(at.clone());
                return Ok(());
            };
            let reached = match next {
                Step::Member(name) => self.member(step, name, at, definite)?,
                Step::Index(index) => {
                    list(step, at, definite)?.and_then(|items| items.get(place(*index, items.len())?))
                }
                Step::Members(names) => return self.members(step, names, at, definite),
                Step::Indices(indices) => return self.indices(step, indices, at, definite),
                Step::Slice(slice) => return self.slice(step, *slice, at, definite),
                Step::Wildcard => return self.each(step, at),
                Step::Descend => return self.descend(step, at),
                Step::Filter(_) => return self.filter(step, at, definite),
            };
            match reached {
                Some(value) => at = value,
                None => return Ok(()),
            }
            step += 1;
        }
    }

    fn is_last(&self, step: usize) -> bool {
        step + 1 == self.steps.len()
    }

    fn member(&self, step: usize, name: &Name, at: &'v Value, definite: bool) -> Result<Option<&'v Value>, Miss<'v>> {
        let Some(object) = self.object(step, at, definite)? else { return Ok(None) };
        match object.get(&name.text) {
            Some(value) => Ok(Some(value)),
            None if self.demanding || definite && !self.is_last(step) => Err(Miss { step, cause: Cause::Missing }),
            None => Ok(None),
        }
    }

    fn object(&self, step: usize, at: &'v Value, definite: bool) -> Result<Option<&'v Object>, Miss<'v>> {
        match at.as_object() {
            None if definite => Err(Miss { step, cause: Cause::NotAnObject(at) }),
            object => Ok(object),
        }
    }

    fn members(&mut self, step: usize, names: &[Name], at: &'v Value, definite: bool) -> Outcome<'v> {
        let Some(object) = self.object(step, at, definite)? else { return Ok(()) };
        if self.demanding && names.iter().any(|name| !object.contains(&name.text)) {
            return Err(Miss { step, cause: Cause::Missing });
        }
        let present = names.iter().filter_map(|name| Some((&name.text, object.get(&name.text)?)));
        if self.is_last(step) {
            let chosen: Object = present.map(|(name, value)| (name.clone(), value.clone())).collect();
            self.found.push(Value::from(chosen));
            return Ok(());
        }
        for (_, value) in present {
            self.go(step + 1, value, false)?;
        }
        Ok(())
    }

    fn indices(&mut self, step: usize, indices: &[i32], at: &'v Value, definite: bool) -> Outcome<'v> {
        let Some(items) = list(step, at, definite)? else { return Ok(()) };
        for index in indices {
            if let Some(item) = place(*index, items.len()).and_then(|index| items.get(index)) {
                self.go(step + 1, item, false)?;
            }
        }
        Ok(())
    }

    /// Jayway counts a negative bound from the end, but not a negative end that stands beside a start; and a negative
    /// start beside an end runs on into the list's beginning.
    fn slice(&mut self, step: usize, slice: Slice, at: &'v Value, definite: bool) -> Outcome<'v> {
        let Some(items) = list(step, at, definite)? else { return Ok(()) };
        let length = items.len() as i64;
        let from_end = |bound: i32| if bound < 0 { length + i64::from(bound) } else { i64::from(bound) };
        let (from, to) = match (slice.from, slice.to) {
            (Some(from), Some(to)) => (i64::from(from).max(-length), i64::from(to).min(length)),
            (from, to) => (from.map_or(0, from_end).max(0), to.map_or(length, from_end).min(length)),
        };
        for index in from..to {
            let index = if index < 0 { length + index } else { index };
            if let Some(item) = usize::try_from(index).ok().and_then(|index| items.get(index)) {
                self.go(step + 1, item, false)?;
            }
        }
        Ok(())
    }

    fn each(&mut self, step: usize, at: &'v Value) -> Outcome<'v> {
        children(at).try_for_each(|child| self.go(step + 1, child, false))
    }

    fn filter(&mut self, step: usize, at: &'v Value, definite: bool) -> Outcome<'v> {
        match at {
            Value::Array(items) => {
                for item in items.iter() {
                    if self.takes(step, item) {
                        self.go(step + 1, item, false)?;
                    }
                }
                Ok(())
            }
            Value::Object(_) if self.takes(step, at) => self.go(step + 1, at, false),
            Value::Object(_) => Ok(()),
            _ if definite => Err(Miss { step, cause: Cause::Scalar(at) }),
            _ => Ok(()),
        }
    }

    fn takes(&self, step: usize, item: &Value) -> bool {
        let Some(Step::Filter(filter)) = self.steps.get(step) else { return false };
        filter.takes(View { ground: self.ground, item })
    }

    /// A value comes before what is in it. The step behind `..` decides on which values it is tried.
    fn descend(&mut self, step: usize, at: &'v Value) -> Outcome<'v> {
        let mut waiting = vec![at];
        while let Some(value) = waiting.pop() {
            if self.is_tried_on(step + 1, value) {
                self.go(step + 1, value, false)?;
            }
            let before = waiting.len();
            waiting.extend(children(value).filter(|child| child.depth() > 0));
            waiting[before..].reverse();
        }
        Ok(())
    }

    fn is_tried_on(&self, step: usize, value: &Value) -> bool {
        match self.steps.get(step) {
            Some(Step::Member(name)) => value.get(&name.text).is_some(),
            Some(Step::Members(names)) => value
                .as_object()
                .is_some_and(|object| !self.is_last(step) || names.iter().all(|name| object.contains(&name.text))),
            Some(Step::Index(_) | Step::Indices(_) | Step::Slice(_)) => value.as_array().is_some(),
            Some(Step::Wildcard) => value.depth() > 0,
            Some(Step::Filter(_)) => value.depth() > 0 && self.takes(step, value),
            Some(Step::Descend) | None => false,
        }
    }
}

fn list(step: usize, at: &Value, definite: bool) -> Result<Option<&Array>, Miss<'_>> {
    match at {
        Value::Array(items) => Ok(Some(items)),
        Value::Null if definite => Err(Miss { step, cause: Cause::Null }),
        _ if definite => Err(Miss { step, cause: Cause::NotAnArray(at) }),
        _ => Ok(None),
    }
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let items = value.as_array().map(|items| items.iter());
    let members = value.as_object().map(|object| object.values());
    items.into_iter().flatten().chain(members.into_iter().flatten())
}
