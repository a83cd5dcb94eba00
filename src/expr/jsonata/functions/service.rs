//! Time, chance, and what the service adds to the language; `$eval`, which it has not.

use super::{Arguments, Calling, text_of};
use crate::expr::jsonata::builtin::Builtin;
use crate::expr::jsonata::eval::{Item, Thrown};
use crate::expr::jsonata::{datetime, service};
use crate::value::json;

impl<'a> Calling<'_, 'a, '_> {
    pub(super) fn service(&mut self, builtin: Builtin, mut given: Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        match builtin {
            Builtin::Now => {
                let millis = self.evaluator.ambient.now().as_millis() as f64;
                return Ok(Item::text(datetime::from_millis(millis, given.text(0), given.text(1))?));
            }
            Builtin::Millis => return Ok(Item::Number(self.evaluator.ambient.now().as_millis() as f64)),
            Builtin::Random => return Ok(Item::Number(service::random(given.number(0), self.evaluator.ambient))),
            Builtin::Uuid => return Ok(Item::text(service::random_uuid(self.evaluator.ambient))),
            _ if given.get(0).is_undefined() => return Ok(Item::Undefined),
            _ => {}
        }
        match builtin {
            Builtin::Eval => {
                let focus = given.take(1);
                self.evaluator.evaluate_text(given.text(0).unwrap_or_default(), focus, self.context, self.frame)
            }
            Builtin::Clone => {
                let text = text_of(self.evaluator, given.get(0), false)?.unwrap_or_default();
                let copy = json::read(&text).unwrap_or_default();
                self.evaluator.keep(copy)
            }
            Builtin::FromMillis => {
                let millis = given.number(0).unwrap_or(f64::NAN);
                Ok(Item::text(datetime::from_millis(millis, given.text(1), given.text(2))?))
            }
            Builtin::ToMillis => {
                let now = self.evaluator.ambient.now();
                let millis = datetime::to_millis(given.text(0).unwrap_or_default(), given.text(1), now)?;
                Ok(millis.map_or(Item::Undefined, Item::Number))
            }
            Builtin::Partition => self.partition(&given),
            Builtin::Range => self.range(&given),
            Builtin::Hash => {
                let (text, algorithm) = (given.text(0).unwrap_or_default(), given.text(1).unwrap_or_default());
                Ok(Item::text(service::hash(text, algorithm)?))
            }
            _ => {
                let value = service::parse(given.text(0).unwrap_or_default())?;
                self.evaluator.keep(value)
            }
        }
    }

    fn partition(&mut self, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        let items = given.get(0).items().map(|items| items.to_vec()).unwrap_or_default();
        let mut parts = Vec::new();
        for part in service::partition(&items, given.number(1).unwrap_or(f64::NAN))? {
            parts.push(self.evaluator.array_of(part.to_vec())?);
        }
        self.evaluator.array_of(parts)
    }

    /// A sequence: one number stands for itself (recorded).
    fn range(&mut self, given: &Arguments<'_, 'a>) -> Thrown<Item<'a>> {
        let bound = |at: usize| given.number(at).unwrap_or(f64::NAN);
        let range = service::range(bound(0), bound(1), bound(2))?;
        let bytes = usize::try_from(range.count_left()).unwrap_or(usize::MAX).saturating_mul(size_of::<f64>());
        self.evaluator.fits(bytes)?;
        let items = range.map(|number| Item::Number(number as f64)).collect();
        self.evaluator.sequence_of(items)
    }
}
