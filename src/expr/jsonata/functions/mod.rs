//! The built-in functions, as the evaluator calls them: their arguments are validated already. What they do with texts,
//! numbers and dates is in [`text`](super::text), [`number`](super::number), [`datetime`](super::datetime) and
//! [`picture`](super::picture), which know nothing of evaluation.

mod aggregate;
mod array;
mod found;
mod higher;
mod matcher;
mod number;
mod object;
mod service;
mod text;

use std::borrow::Cow;
use std::rc::Rc;

use super::builtin::Builtin;
use super::eval::{Evaluator, Frame, Item, Thrown, write};
use super::text::{JsonWriter, number_text};

/// Calls a built-in function.
///
/// # Errors
/// The function's own; whose call it was the caller adds.
pub(super) fn call<'a>(
    evaluator: &mut Evaluator<'a, '_>,
    builtin: Builtin,
    arguments: &mut [Item<'a>],
    context: &Item<'a>,
    frame: &Rc<Frame<'a>>,
) -> Thrown<Item<'a>> {
    let given = Arguments(arguments);
    let mut calling = Calling { evaluator, context, frame };
    match builtin {
        Builtin::Sum | Builtin::Count | Builtin::Max | Builtin::Min | Builtin::Average => {
            Ok(aggregate::call(builtin, &given))
        }
        Builtin::Map | Builtin::Filter | Builtin::Single | Builtin::Reduce | Builtin::Each | Builtin::Sift => {
            calling.higher(builtin, given)
        }
        Builtin::Match | Builtin::Contains | Builtin::Replace | Builtin::Split => calling.matcher(builtin, &given),
        Builtin::Append
        | Builtin::Zip
        | Builtin::Reverse
        | Builtin::Sort
        | Builtin::Shuffle
        | Builtin::Distinct
        | Builtin::Exists
        | Builtin::Boolean
        | Builtin::Not
        | Builtin::Type => calling.array(builtin, given),
        Builtin::Keys | Builtin::Lookup | Builtin::Spread | Builtin::Merge | Builtin::Error | Builtin::Assert => {
            calling.object(builtin, given)
        }
        Builtin::Eval
        | Builtin::Clone
        | Builtin::Now
        | Builtin::Millis
        | Builtin::FromMillis
        | Builtin::ToMillis
        | Builtin::Random
        | Builtin::Partition
        | Builtin::Range
        | Builtin::Hash
        | Builtin::Uuid
        | Builtin::Parse => calling.service(builtin, given),
        Builtin::Number
        | Builtin::Floor
        | Builtin::Ceil
        | Builtin::Round
        | Builtin::Abs
        | Builtin::Sqrt
        | Builtin::Power
        | Builtin::FormatNumber
        | Builtin::FormatBase
        | Builtin::FormatInteger
        | Builtin::ParseInteger => number::call(builtin, &given),
        _ => calling.text(builtin, &given),
    }
}

/// A call that needs more than its arguments.
struct Calling<'c, 'a, 'e> {
    evaluator: &'c mut Evaluator<'a, 'e>,
    context: &'c Item<'a>,
    frame: &'c Rc<Frame<'a>>,
}

/// The arguments of a call; those that are not there are undefined.
struct Arguments<'g, 'a>(&'g mut [Item<'a>]);

impl<'a> Arguments<'_, 'a> {
    fn get(&self, index: usize) -> &Item<'a> {
        self.0.get(index).unwrap_or(&Item::Undefined)
    }

    fn take(&mut self, index: usize) -> Item<'a> {
        self.0.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    fn number(&self, index: usize) -> Option<f64> {
        self.get(index).as_number()
    }

    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).as_text()
    }
}

/// `$string`; none of what is undefined.
///
/// # Errors
/// D3001 and D1001 for numbers that are not finite, U1001 for a text that does not fit.
pub(super) fn text_of<'i>(
    evaluator: &mut Evaluator<'_, '_>,
    item: &'i Item<'_>,
    is_pretty: bool,
) -> Thrown<Option<Cow<'i, str>>> {
    if let Some(text) = item.as_text() {
        return Ok(Some(Cow::Borrowed(text)));
    }
    Ok(match item {
        Item::Undefined => None,
        Item::Builtin(_) | Item::Function(_) => Some(Cow::Borrowed("")),
        Item::Number(number) => Some(Cow::Owned(number_text(*number)?)),
        _ => {
            let mut writer = JsonWriter::new(is_pretty);
            write(item, &mut writer, evaluator.room())?;
            let text = writer.finish();
            evaluator.write(text.len())?;
            Some(Cow::Owned(text))
        }
    })
}
