//! Fields that hold a number or a point in time: as written, where a path points, or what an expression gives.

use super::context::{Extra, Yield};
use super::decide::{Cx, Fault};
use super::pipeline::Site;
use crate::definition::Amount;
use crate::expr::path::Path;
use crate::value::{Number, Value};

/// Why what an expression gives is not what its field needs.
pub(super) enum Unfit {
    /// It is of another type than this one.
    Type(&'static str),
    /// For this reason, in a sentence.
    Value(String),
}

/// The two ways in which an amount may have to be read from a value, each with the sentences of its language.
pub(super) struct Reading<T> {
    /// The field without `Path`.
    pub field: &'static str,
    /// What to say where a path leads nowhere, if not what is said of every path.
    pub missing: Option<fn(&Path) -> String>,
    pub by_path: fn(&Path, &Value) -> Result<T, String>,
    pub by_query: fn(&Value) -> Result<T, Unfit>,
}

impl Site<'_> {
    /// The amount that a field gives; none where it is not given.
    pub fn amount<T: Copy>(
        &self,
        amount: &Amount<T>,
        input: &Value,
        cx: &mut Cx<'_>,
        reading: &Reading<T>,
    ) -> Result<Option<T>, Fault> {
        let read = match amount {
            Amount::Unset => return Ok(None),
            Amount::Constant(value) => *value,
            Amount::Path(path) => {
                let value = self.path(path, input).map_err(|failure| match reading.missing {
                    Some(sentence) => self.runtime(&sentence(path)),
                    None => failure,
                })?;
                (reading.by_path)(path, &value).map_err(|cause| self.runtime(&cause))?
            }
            Amount::Query(query) => {
                let value = self.query(&reading.field, query, &self.sees(Extra::None, Yield::None), cx)?;
                (reading.by_query)(&value).map_err(|unfit| match unfit {
                    Unfit::Type(expected) => self.unexpected(&reading.field, query, expected, &value),
                    Unfit::Value(cause) => self.evaluation(&reading.field, &cause),
                })?
            }
        };
        Ok(Some(read))
    }
}

/// The integer that an expression gave; one with a fraction of zero is as good.
pub(super) fn integer(value: &Value) -> Result<i64, Unfit> {
    match value.as_number() {
        None => Err(Unfit::Type("number")),
        Some(Number::Int(number)) => Ok(number),
        Some(number) => {
            let number = number.as_f64();
            let fits = number.fract() == 0.0 && number.abs() < i64::MAX as f64;
            fits.then_some(number as i64).ok_or(Unfit::Type("integer"))
        }
    }
}
