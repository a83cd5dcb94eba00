//! Payloads that need not be written again.
//!
//! Writer and reader number the texts and containers they meet in the same order (innermost first) and remember the
//! last ones; what is met again is written as `@` and its number. What counts as "the last ones" depends on numbers and
//! text sizes alone, so both sides forget the same.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::vec::Drain;

use hashbrown::HashMap;

use crate::value::json::{self, Build, Range, Scalar, Values};
use crate::value::{Str, Value, write_string};

/// A text or container written in fewer bytes is written again rather than remembered.
const SMALLEST: usize = 24;

/// How many are remembered.
const ENTRIES: usize = 1_024;

/// How many bytes of text are remembered; but never fewer than [`AT_LEAST`] entries.
const BYTES: usize = if cfg!(test) { 64 << 10 } else { 64 << 20 };

const AT_LEAST: usize = 16;

/// The payloads written or read last.
#[derive(Default)]
pub(super) struct Window {
    /// The number of the first entry.
    first: u64,
    entries: VecDeque<(Value, usize)>,
    bytes: usize,
    /// Numbers by address. An entry keeps its value alive, so that no other can come to have its address.
    numbers: HashMap<usize, u64>,
    names: Values,
}

impl Window {
    /// Appends a payload, or what refers to it or its parts.
    pub fn write(&mut self, value: &Value, out: &mut String) {
        if let Some(number) = self.number(value) {
            out.push('@');
            out.push_str(&number.to_string());
            return;
        }
        let start = out.len();
        match value {
            Value::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.write(item, out);
                }
                out.push(']');
            }
            Value::Object(entries) => {
                out.push('{');
                for (at, (name, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_string(name, out);
                    out.push(':');
                    self.write(value, out);
                }
                out.push('}');
            }
            scalar => scalar.write_json(out),
        }
        self.remember(value, out.len() - start);
    }

    /// Reads a payload.
    pub fn read(&mut self, text: &str) -> Result<Value, json::Error> {
        json::read_with(text, self)
    }

    fn number(&self, value: &Value) -> Option<u64> {
        self.numbers.get(&address(value)?).copied()
    }

    fn remember(&mut self, value: &Value, size: usize) {
        if size < SMALLEST {
            return;
        }
        let Some(address) = address(value) else { return };
        self.numbers.insert(address, self.first + self.entries.len() as u64);
        self.entries.push_back((value.clone(), size));
        self.bytes += size;
        while self.entries.len() > ENTRIES || (self.bytes > BYTES && self.entries.len() > AT_LEAST) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some((value, size)) = self.entries.pop_front() else { return };
        self.bytes -= size;
        if let Some(address) = address(&value)
            && self.numbers.get(&address) == Some(&self.first)
        {
            self.numbers.remove(&address);
        }
        self.first += 1;
    }
}

fn address(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.as_ptr() as usize),
        Value::Array(items) => Some(items.address()),
        Value::Object(entries) => Some(entries.address()),
        _ => None,
    }
}

impl Build for Window {
    type Node = Value;
    type Key = Str;

    fn scalar(&mut self, value: Scalar<'_>, at: Range) -> Value {
        let value = Value::from(value);
        self.remember(&value, at.len());
        value
    }

    fn key(&mut self, name: Cow<'_, str>, at: Range) -> Str {
        self.names.key(name, at)
    }

    fn array(&mut self, items: Drain<'_, Value>, at: Range) -> Value {
        let value = self.names.array(items, at.clone());
        self.remember(&value, at.len());
        value
    }

    fn object(&mut self, members: Drain<'_, (Str, Value)>, at: Range) -> Value {
        let value = self.names.object(members, at.clone());
        self.remember(&value, at.len());
        value
    }

    fn reference(&mut self, number: u64) -> Option<Value> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get(at).map(|(value, _)| value.clone())
    }
}
