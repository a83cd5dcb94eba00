//! The result of a Map Run that writes none: one array, in the order of the items.

use std::io;

use hashbrown::HashMap;

use super::describe::Describe;
use super::ledger::{Ended, Entry, Ledger};
use crate::definition::{OutputTransformation, WriterConfig};
use crate::value::json::{self, Values};
use crate::value::{Array, Value};

/// Outputs of so few bytes are made once, however many children give them.
const SMALL: usize = 64;

/// How many of them are remembered.
const REMEMBERED: usize = 4_096;

/// The outputs of all children; what `config` makes of them. Without one they are as they are.
pub fn collect(
    ledger: &mut Ledger,
    children: usize,
    config: Option<WriterConfig>,
    describe: &Describe,
) -> io::Result<Value> {
    let mut outputs = Outputs::default();
    let mut results = vec![Value::Null; children];
    let transformation = config.map_or(OutputTransformation::Compact, |config| config.transformation);
    ledger.entries(|entry| {
        let result = match transformation {
            OutputTransformation::None => describe.child(&entry),
            _ => outputs.of(&entry),
        };
        let range = entry.index as usize..entry.index as usize + entry.count as usize;
        for slot in results.get_mut(range).into_iter().flatten() {
            *slot = result.clone();
        }
    })?;
    Ok(match transformation {
        OutputTransformation::Flatten => Value::from(results.iter().flat_map(flattened).cloned().collect::<Array>()),
        _ => Value::from(results),
    })
}

/// The items of an array, or what is none itself.
pub fn flattened(output: &Value) -> &[Value] {
    match output {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

#[derive(Default)]
struct Outputs {
    names: Values,
    known: HashMap<Box<str>, Value>,
}

impl Outputs {
    fn of(&mut self, entry: &Entry<'_>) -> Value {
        match &entry.end {
            Ended::Failed(failure) | Ended::TimedOut(failure) => failure.to_value(),
            Ended::Aborted => Value::Null,
            Ended::Succeeded(text) => match self.known.get(*text) {
                Some(known) => known.clone(),
                None => self.read(text),
            },
        }
    }

    fn read(&mut self, text: &str) -> Value {
        let value = json::read_with(text, &mut self.names).unwrap_or_default();
        if text.len() <= SMALL && self.known.len() < REMEMBERED {
            self.known.insert(text.into(), value.clone());
        }
        value
    }
}
