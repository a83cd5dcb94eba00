//! What leaves an evaluation: its outcome, and values in messages.
//!
//! Numbers that were computed are doubles. One that is integral becomes an integer, with the digits that JavaScript
//! prints; one that is not finite becomes the text that the service prints, `Infinity`. What was only passed on is as it
//! came in. An undefined item within an array is `null`; within an object it is left out.

use std::rc::Rc;

use super::item::Item;
use super::{Function, Thrown};
use crate::expr::jsonata::number::to_text;
use crate::expr::jsonata::text::JsonWriter;
use crate::expr::jsonata::{Error, Outcome};
use crate::value::{MAX_DEPTH, Object, Value, write_javascript_string};

/// The most items that are taken apart where they share what is in them: several times what the service's memory holds.
const MOST_ITEMS: u64 = 1 << 22;

/// The most bytes of a value that a message shows, roughly.
const MOST_SHOWN: usize = 1 << 20;

/// The outcome of an evaluation.
pub(super) fn outcome(item: Item<'_>) -> Thrown<Outcome> {
    if item.is_undefined() {
        return Ok(Outcome::Undefined);
    }
    if item.is_function() {
        return Ok(Outcome::Function);
    }
    within_reason(&item)?;
    let value = unfolded(item);
    match value.depth() > MAX_DEPTH {
        true => Err(Box::new(Error::overflow())),
        false => Ok(Outcome::Value(value)),
    }
}

/// An item as a value of its own. A function within it is an empty text, as in `$string`.
///
/// # Errors
/// U1001, where it shares so much within itself that a copy would fill the memory.
pub(in crate::expr::jsonata) fn value(item: &Item<'_>) -> Thrown<Value> {
    within_reason(item)?;
    Ok(unfolded(item.clone()))
}

/// Refuses what cannot be gone through item by item.
pub(super) fn within_reason(item: &Item<'_>) -> Thrown<()> {
    match item.size() > MOST_ITEMS {
        true => Err(Box::new(Error::memory())),
        false => Ok(()),
    }
}

/// What only this item holds is taken over, not copied.
fn unfolded(item: Item<'_>) -> Value {
    match item {
        Item::Undefined | Item::Null => Value::Null,
        Item::Bool(value) => Value::Bool(value),
        Item::Number(number) => Value::from_javascript(number),
        Item::Text(text) => Value::String(text),
        Item::Data(value) => value.clone(),
        Item::List(list) if list.outer => unfolded(list.items[0].clone()),
        Item::List(list) => {
            let items =
                Rc::try_unwrap(list).map_or_else(|list| list.items.clone(), |mut list| std::mem::take(&mut list.items));
            Value::from(items.into_iter().map(unfolded).collect::<Vec<Value>>())
        }
        Item::Map(map) => {
            let entries = Rc::try_unwrap(map).map_or_else(|map| map.copied().take(), |mut map| map.take());
            let there = entries.into_iter().filter(|(_, value)| !value.is_undefined());
            Value::from(Object::from(there.map(|(name, item)| (name, unfolded(item))).collect::<Vec<_>>()))
        }
        Item::Builtin(_) | Item::Function(_) => Value::from(""),
    }
}

/// An item as messages show it: JavaScript's `JSON.stringify`.
pub(in crate::expr::jsonata) fn shown(item: &Item<'_>) -> String {
    let mut out = String::new();
    show(item, &mut out);
    out
}

fn show(item: &Item<'_>, out: &mut String) {
    if out.len() > MOST_SHOWN {
        return;
    }
    if let Some(number) = item.as_number() {
        return out.push_str(&if number.is_finite() { to_text(number) } else { "null".to_owned() });
    }
    if let Some(text) = item.as_text() {
        return write_javascript_string(text, out);
    }
    if let Some(items) = item.items() {
        out.push('[');
        for (at, item) in items.iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            if item.is_undefined() {
                out.push_str("null");
            } else {
                show(&item, out);
            }
        }
        return out.push(']');
    }
    if let Some(entries) = item.entries() {
        out.push('{');
        for (at, (name, value)) in entries.iter().filter(|(_, value)| !value.is_undefined()).enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            write_javascript_string(name, out);
            out.push(':');
            show(&value, out);
        }
        return out.push('}');
    }
    out.push_str(match item {
        Item::Undefined => "undefined",
        Item::Builtin(_) => "{\"_jsonata_function\":true}",
        Item::Function(function) => match **function {
            Function::Wrapped(..) | Function::Regex(..) | Function::Next { .. } => "undefined",
            _ => "{}",
        },
        _ => match item.as_bool() {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        },
    });
}

/// Writes an item as `$string` does.
pub(in crate::expr::jsonata) fn write(item: &Item<'_>, writer: &mut JsonWriter, room: usize) -> Thrown<()> {
    super::super::fault::fits(writer.size(), room)?;
    match item {
        Item::Undefined | Item::Null => writer.literal("null"),
        Item::Bool(value) => writer.literal(if *value { "true" } else { "false" }),
        Item::Number(number) => writer.number(*number)?,
        Item::Text(text) => writer.text(text),
        Item::Data(value) => writer.value(value)?,
        Item::List(list) if list.outer => write(&list.items[0], writer, room)?,
        Item::List(list) => {
            writer.open('[');
            for item in &list.items {
                writer.item();
                write(item, writer, room)?;
            }
            writer.close(']');
        }
        Item::Map(map) => {
            writer.open('{');
            for (name, value) in map.iter().filter(|(_, value)| !value.is_undefined()) {
                writer.name(name);
                write(value, writer, room)?;
            }
            writer.close('}');
        }
        Item::Builtin(_) | Item::Function(_) => writer.text(""),
    }
    Ok(())
}
