//! A Fail state: the error and the cause with which an execution, or the branch it stands in, ends.

use super::fields::Fields;
use super::reader::Reader;
use crate::expr::Expression;
use crate::value::Str;

/// A Fail state.
#[derive(Clone, Debug)]
pub struct Fail {
    /// `Error` or `ErrorPath`
    pub error: Text,
    /// `Cause` or `CausePath`
    pub cause: Text,
}

/// A text that may be looked up.
#[derive(Clone, Debug, Default)]
pub enum Text {
    /// Not given.
    #[default]
    Unset,
    /// Given.
    Constant(Str),
    /// A reference path or an intrinsic call that yields a string, or a query.
    Expression(Expression),
}

impl Reader<'_> {
    /// The fields of a Fail state.
    pub(super) fn fail(&mut self, fields: &mut Fields<'_>) -> Option<Fail> {
        let error = self.text_or_path(fields, &["Error", "ErrorPath"]);
        let cause = self.text_or_path(fields, &["Cause", "CausePath"]);
        Some(Fail { error: error?, cause: cause? })
    }
}
