//! Texts.

use super::{Arguments, Calling, text_of};
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Item, Thrown};
use crate::expr::jsonata::text;

impl<'a> Calling<'_, 'a, '_> {
    pub(super) fn text(&mut self, builtin: Builtin, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        match builtin {
            Builtin::String => return self.string(given),
            Builtin::Join => return self.join(given),
            _ => {}
        }
        let Some(subject) = given.text(0) else { return Ok(Item::Undefined) };
        let made = match builtin {
            Builtin::Length => return Ok(Item::Number(text::length(subject) as f64)),
            Builtin::Substring => text::substring(subject, given.number(1).unwrap_or(0.0), given.number(2)).to_owned(),
            Builtin::SubstringBefore => match given.text(1) {
                Some(mark) => text::substring_before(subject, mark).to_owned(),
                None => return Ok(given.get(0).clone()),
            },
            Builtin::SubstringAfter => match given.text(1) {
                Some(mark) => text::substring_after(subject, mark).to_owned(),
                None => return Ok(given.get(0).clone()),
            },
            Builtin::Lowercase => subject.to_lowercase(),
            Builtin::Uppercase => subject.to_uppercase(),
            Builtin::Trim => text::trim(subject).into_owned(),
            Builtin::Pad => {
                let width = given.number(1).unwrap_or(f64::NAN);
                text::pad(subject, width, given.text(2), self.evaluator.room())?
            }
            Builtin::Base64encode => text::base64_encode(subject),
            Builtin::Base64decode => text::base64_decode(subject),
            Builtin::EncodeUrlComponent => text::encode_url_component(subject),
            Builtin::EncodeUrl => text::encode_url(subject),
            Builtin::DecodeUrlComponent => text::decode_url_component(subject)?,
            _ => text::decode_url(subject)?,
        };
        self.evaluator.write(made.len())?;
        Ok(Item::text(made))
    }

    fn string(&mut self, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        let subject = given.get(0);
        if subject.as_text().is_some() {
            return Ok(subject.clone());
        }
        let is_pretty = given.get(1).as_bool() == Some(true);
        let text = text_of(self.evaluator, subject, is_pretty)?;
        Ok(text.map_or(Item::Undefined, |text| Item::text(text.into_owned())))
    }

    fn join(&mut self, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        let Some(items) = given.get(0).items() else { return Ok(Item::Undefined) };
        let items = items.to_vec();
        let texts: Vec<&str> = items.iter().map(|item| item.as_text().unwrap_or_default()).collect();
        let joined = text::join(&texts, given.text(1).unwrap_or_default(), self.evaluator.room())?;
        Ok(Item::text(joined))
    }
}
