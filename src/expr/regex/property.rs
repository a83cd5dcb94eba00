//! `\p{…}`: the characters of a property of Unicode's, by the tables of `regex-syntax`.

use regex_syntax::hir::{Class, HirKind};

use super::set::Set;

/// The characters of a property; none where there is no such property.
pub(super) fn set(name: &str) -> Option<Set> {
    let name = name.strip_prefix("Is").unwrap_or(name);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | ' ');
    if !name.chars().all(is_name) {
        return None;
    }
    let parsed = regex_syntax::parse(&format!("\\p{{{name}}}")).ok()?;
    match parsed.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().map(|range| (range.start() as u32, range.end() as u32));
            Some(Set::of(&ranges.collect::<Vec<_>>()))
        }
        // What is one character is a text there: `\p{Zl}`.
        HirKind::Literal(literal) => {
            let mut characters = std::str::from_utf8(&literal.0).ok()?.chars();
            let only = characters.next()?;
            characters.next().is_none().then(|| Set::one(only))
        }
        _ => None,
    }
}
