//! Numbers, and numbers as texts.

use super::Arguments;
use crate::expr::jsonata::Error;
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Item, Thrown, shown, value};
use crate::expr::jsonata::{number, picture};

pub(super) fn call<'a>(builtin: Builtin, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
    let subject = given.get(0);
    if subject.is_undefined() {
        return Ok(Item::Undefined);
    }
    match builtin {
        Builtin::Number => return cast(subject),
        Builtin::ParseInteger => {
            let text = subject.as_text().unwrap_or_default();
            return match given.text(1) {
                Some(pattern) => Ok(Item::Number(picture::parse_integer(text, pattern)?)),
                None => Ok(Item::Undefined),
            };
        }
        _ => {}
    }
    let amount = subject.as_number().unwrap_or(f64::NAN);
    Ok(match builtin {
        Builtin::Floor => Item::Number(amount.floor()),
        Builtin::Ceil => Item::Number(amount.ceil()),
        Builtin::Abs => Item::Number(amount.abs()),
        Builtin::Round => Item::Number(number::round(amount, given.number(1).unwrap_or(0.0))),
        Builtin::Sqrt => Item::Number(number::square_root(amount)?),
        Builtin::Power => Item::Number(number::power(amount, given.number(1))?),
        Builtin::FormatBase => Item::text(number::format_base(amount, given.number(1))?),
        Builtin::FormatInteger => Item::text(picture::format_integer(amount, given.text(1).unwrap_or_default())?),
        _ => {
            let options = value(given.get(2))?;
            let pattern = given.text(1).unwrap_or_default();
            Item::text(picture::format_number(amount, pattern, options.as_object())?)
        }
    })
}

/// `$number`
fn cast<'a>(subject: &Item<'a>) -> Thrown<Item<'a>> {
    if subject.as_number().is_some() {
        return Ok(subject.clone());
    }
    if let Some(truth) = subject.as_bool() {
        return Ok(Item::Number(f64::from(u8::from(truth))));
    }
    match subject.as_text() {
        Some(text) => Ok(Item::Number(number::parse(text)?)),
        None => Err(Box::new(Error::of("D3030").with("value", &shown(subject)))),
    }
}
