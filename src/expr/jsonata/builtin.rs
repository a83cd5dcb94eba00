//! The built-in functions: their names, signatures, and how many arguments each hands on when it is a callback.

use std::sync::LazyLock;

use super::signature::Signature;

/// A built-in function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Builtin {
    Sum, Count, Max, Min, Average, String, Substring, SubstringBefore, SubstringAfter, Lowercase, Uppercase, Length,
    Trim, Pad, Match, Contains, Replace, Split, Join, FormatNumber, FormatBase, FormatInteger, ParseInteger, Number,
    Floor, Ceil, Round, Abs, Sqrt, Power, Boolean, Not, Map, Zip, Filter, Single, Reduce, Sift, Keys, Lookup, Append,
    Exists, Spread, Merge, Reverse, Each, Error, Assert, Type, Sort, Shuffle, Distinct, Base64encode, Base64decode,
    EncodeUrlComponent, EncodeUrl, DecodeUrlComponent, DecodeUrl, Eval, ToMillis, FromMillis, Clone, Now, Millis,
    Random, Partition, Range, Hash, Uuid, Parse,
}

/// Function, name, signature, number of parameters; in the order of the enum. Behind `now`, `millis` and `eval`, of
/// which the service has no `eval`, stand those that only the service has.
#[rustfmt::skip]
const TABLE: &[(Builtin, &str, &str, usize)] = &[
    (Builtin::Sum, "sum", "<a<n>:n>", 1),
    (Builtin::Count, "count", "<a:n>", 1),
    (Builtin::Max, "max", "<a<n>:n>", 1),
    (Builtin::Min, "min", "<a<n>:n>", 1),
    (Builtin::Average, "average", "<a<n>:n>", 1),
    (Builtin::String, "string", "<x-b?:s>", 1),
    (Builtin::Substring, "substring", "<s-nn?:s>", 3),
    (Builtin::SubstringBefore, "substringBefore", "<s-s:s>", 2),
    (Builtin::SubstringAfter, "substringAfter", "<s-s:s>", 2),
    (Builtin::Lowercase, "lowercase", "<s-:s>", 1),
    (Builtin::Uppercase, "uppercase", "<s-:s>", 1),
    (Builtin::Length, "length", "<s-:n>", 1),
    (Builtin::Trim, "trim", "<s-:s>", 1),
    (Builtin::Pad, "pad", "<s-ns?:s>", 3),
    (Builtin::Match, "match", "<s-f<s:o>n?:a<o>>", 3),
    (Builtin::Contains, "contains", "<s-(sf):b>", 2),
    (Builtin::Replace, "replace", "<s-(sf)(sf)n?:s>", 4),
    (Builtin::Split, "split", "<s-(sf)n?:a<s>>", 3),
    (Builtin::Join, "join", "<a<s>s?:s>", 2),
    (Builtin::FormatNumber, "formatNumber", "<n-so?:s>", 3),
    (Builtin::FormatBase, "formatBase", "<n-n?:s>", 2),
    (Builtin::FormatInteger, "formatInteger", "<n-s:s>", 2),
    (Builtin::ParseInteger, "parseInteger", "<s-s:n>", 2),
    (Builtin::Number, "number", "<(nsb)-:n>", 1),
    (Builtin::Floor, "floor", "<n-:n>", 1),
    (Builtin::Ceil, "ceil", "<n-:n>", 1),
    (Builtin::Round, "round", "<n-n?:n>", 2),
    (Builtin::Abs, "abs", "<n-:n>", 1),
    (Builtin::Sqrt, "sqrt", "<n-:n>", 1),
    (Builtin::Power, "power", "<n-n:n>", 2),
    (Builtin::Boolean, "boolean", "<x-:b>", 1),
    (Builtin::Not, "not", "<x-:b>", 1),
    (Builtin::Map, "map", "<af>", 2),
    (Builtin::Zip, "zip", "<a+>", 0),
    (Builtin::Filter, "filter", "<af>", 2),
    (Builtin::Single, "single", "<af?>", 2),
    (Builtin::Reduce, "reduce", "<afj?:j>", 3),
    (Builtin::Sift, "sift", "<o-f?:o>", 2),
    (Builtin::Keys, "keys", "<x-:a<s>>", 1),
    (Builtin::Lookup, "lookup", "<x-s:x>", 2),
    (Builtin::Append, "append", "<xx:a>", 2),
    (Builtin::Exists, "exists", "<x:b>", 1),
    (Builtin::Spread, "spread", "<x-:a<o>>", 1),
    (Builtin::Merge, "merge", "<a<o>:o>", 1),
    (Builtin::Reverse, "reverse", "<a:a>", 1),
    (Builtin::Each, "each", "<o-f:a>", 2),
    (Builtin::Error, "error", "<s?:x>", 1),
    (Builtin::Assert, "assert", "<bs?:x>", 2),
    (Builtin::Type, "type", "<x:s>", 1),
    (Builtin::Sort, "sort", "<af?:a>", 2),
    (Builtin::Shuffle, "shuffle", "<a:a>", 1),
    (Builtin::Distinct, "distinct", "<x:x>", 1),
    (Builtin::Base64encode, "base64encode", "<s-:s>", 1),
    (Builtin::Base64decode, "base64decode", "<s-:s>", 1),
    (Builtin::EncodeUrlComponent, "encodeUrlComponent", "<s-:s>", 1),
    (Builtin::EncodeUrl, "encodeUrl", "<s-:s>", 1),
    (Builtin::DecodeUrlComponent, "decodeUrlComponent", "<s-:s>", 1),
    (Builtin::DecodeUrl, "decodeUrl", "<s-:s>", 1),
    (Builtin::Eval, "eval", "<sx?:x>", 2),
    (Builtin::ToMillis, "toMillis", "<s-s?:n>", 2),
    (Builtin::FromMillis, "fromMillis", "<n-s?s?:s>", 3),
    (Builtin::Clone, "clone", "<(oa)-:o>", 1),
    (Builtin::Now, "now", "<s?s?:s>", 2),
    (Builtin::Millis, "millis", "<:n>", 0),
    (Builtin::Random, "random", "<n?:n>", 1),
    (Builtin::Partition, "partition", "<an:a>", 2),
    (Builtin::Range, "range", "<nnn:a>", 3),
    (Builtin::Hash, "hash", "<ss:s>", 2),
    (Builtin::Uuid, "uuid", "<:s>", 0),
    (Builtin::Parse, "parse", "<s-:x>", 1),
];

static SIGNATURES: LazyLock<Vec<Signature>> =
    LazyLock::new(|| TABLE.iter().map(|row| Signature::parse(row.2).unwrap_or_default()).collect());

/// The names of the service's functions, without `$`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|row| row.0.is_of_the_service()).map(|row| row.1)
}

impl Builtin {
    /// The function of that name.
    pub fn named(name: &str) -> Option<Builtin> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Whether the service has it.
    pub fn is_of_the_service(self) -> bool {
        self != Builtin::Eval
    }

    /// What its arguments have to be.
    pub fn signature(self) -> &'static Signature {
        &SIGNATURES[self as usize]
    }

    /// How many parameters it has.
    pub fn arity(self) -> usize {
        TABLE[self as usize].3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, at, "{}", row.1);
            assert!(Signature::parse(row.2).is_ok(), "{}", row.1);
        }
    }
}
