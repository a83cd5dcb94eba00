//! Numbers as pictures say: `$formatNumber` ([`decimal`]), `$formatInteger` and `$parseInteger` ([`integer`]).
//!
//! Pictures are those of XPath 3.1; where the reference departs from them, so does this.

pub mod decimal;
pub mod integer;
mod numeral;
mod symbols;
pub(super) mod words;

pub use decimal::format_number;
pub use integer::{IntegerPicture, format_integer, parse_integer};
