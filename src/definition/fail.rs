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
    /// A reference path or an intrinsic call that yields a string.
    Expression(Expression),
}
