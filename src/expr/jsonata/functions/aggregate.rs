//! `$sum $count $max $min $average`

use super::Arguments;
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Item, Items};
use crate::value::Value;

pub(super) fn call<'a>(builtin: Builtin, given: &Arguments<'_, 'a>) -> Item<'a> {
    let items = given.get(0).items();
    if builtin == Builtin::Count {
        return Item::Number(items.map_or(0, Items::len) as f64);
    }
    let Some(items) = items else { return Item::Undefined };
    if items.len() == 0 && builtin != Builtin::Sum {
        return Item::Undefined;
    }
    Item::Number(match builtin {
        Builtin::Max => fold(items, f64::NEG_INFINITY, |a, b| if a.is_nan() || b <= a { a } else { b }),
        Builtin::Min => fold(items, f64::INFINITY, |a, b| if a.is_nan() || b >= a { a } else { b }),
        Builtin::Average => fold(items, 0.0, |a, b| a + b) / items.len() as f64,
        _ => fold(items, 0.0, |a, b| a + b),
    })
}

fn fold(items: Items<'_, '_>, start: f64, join: impl Fn(f64, f64) -> f64) -> f64 {
    let number = |value: &Value| match value {
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        value => value.as_number().map_or(f64::NAN, |number| number.as_f64()),
    };
    match items {
        Items::Data(values) => values.iter().map(number).fold(start, join),
        Items::List(items) => items.iter().map(|item| item.as_number().unwrap_or(f64::NAN)).fold(start, join),
    }
}
