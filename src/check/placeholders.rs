//! What is left to be filled in.

use hashbrown::HashSet;

use crate::diagnostic::{Findings, rule};
use crate::source::placeholder::Unfilled;

/// One finding for each name, where it first stands.
pub(super) fn check(unfilled: &[Unfilled], findings: &mut Findings) {
    let mut named = HashSet::new();
    for left in unfilled.iter().filter(|left| named.insert(&left.name)) {
        let (written, help) = match is_function(&left.name) {
            true => {
                (left.name.to_string(), "functions of templates are not evaluated; write `${Name}` and fill it".into())
            }
            false => {
                (format!("${{{}}}", left.name), format!("give it a value with `--substitute {}=VALUE`", left.name))
            }
        };
        let found = rule::UNFILLED_PLACEHOLDER.found(format!("nothing fills `{written}`"));
        findings.add(found.at(left.span).location(&left.location).help(help));
    }
}

fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}
