//! What is left to be filled in.

use hashbrown::HashSet;

use crate::diagnostic::{Findings, rule};
use crate::source::placeholder::Unfilled;

/// One finding for each name, where it first stands.
pub(super) fn check(unfilled: &[Unfilled], findings: &mut Findings) {
    let mut named = HashSet::new();
    for left in unfilled.iter().filter(|left| named.insert(&left.name)) {
        let message = format!("nothing fills `${{{}}}`", left.name);
        let found = rule::UNFILLED_PLACEHOLDER.found(message).at(left.span).location(&left.location);
        findings.add(found.help(format!("give it a value with `--substitute {}=VALUE`", left.name)));
    }
}
