//! A Pass state: shapes data and does nothing else.

use super::fields::Fields;
use super::reader::Reader;
use super::{Next, QueryLanguage};
use crate::value::Value;

/// A Pass state.
#[derive(Clone, Debug)]
pub struct Pass {
    /// `Result`: taken literally.
    pub result: Option<Value>,
    /// `Next` or `End`
    pub next: Next,
}

impl Reader<'_> {
    /// The fields of a Pass state.
    pub(super) fn pass(&mut self, fields: &mut Fields<'_>) -> Option<Pass> {
        let result = fields.take_in(self, QueryLanguage::JsonPath, "Result").map(|at| at.node.to_value());
        let next = self.next(fields);
        Some(Pass { result, next: next? })
    }
}
