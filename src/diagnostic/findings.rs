//! The collection that all of reading and checking reports to. It decides what is kept and how loud it is, so that no
//! rule counts, sorts or silences by itself.

use super::{Diagnostic, Levels, Rule, Severity};

/// Findings as they come in. Of errors and of all else it keeps [`Findings::MOST`] each, so that a text made to be wrong
/// in a million places costs no more than its reading; it always knows whether there was an error.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    levels: Levels,
    errors: Vec<Diagnostic>,
    others: Vec<Diagnostic>,
    truncated: bool,
    unsound: bool,
}

impl Findings {
    /// As many as the service returns at most (`maxResults` of its API).
    pub const MOST: usize = 100;

    /// None yet; those to come are to be as loud as this.
    pub fn new(levels: &Levels) -> Findings {
        Findings { levels: levels.clone(), ..Findings::default() }
    }

    /// Takes a finding in; says nothing twice.
    pub fn add(&mut self, found: Diagnostic) {
        self.unsound |= found.severity == Severity::Error;
        let level = Rule::named(found.rule).map_or(Some(found.severity), |rule| self.levels.severity(rule));
        let Some(severity) = level else { return };
        let found = Diagnostic { severity, ..found };
        let list = if found.severity == Severity::Error { &mut self.errors } else { &mut self.others };
        if list.len() == Findings::MOST {
            self.truncated = true;
        } else if !list.iter().any(|known| is_the_same(known, &found)) {
            list.push(found);
        }
    }

    /// Whether another error would be kept: whether it is worth working out its help.
    pub fn has_room(&self) -> bool {
        self.errors.len() < Findings::MOST
    }

    /// Whether anything found is an error by its rule, however loud that was set to be.
    pub fn has_errors(&self) -> bool {
        self.unsound
    }

    /// Whether some were dropped.
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    /// All that was kept, in the order of the text.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = self.errors;
        all.extend(self.others);
        all.sort_by_key(|found| (found.span.start, found.severity, found.span.end));
        all
    }
}

/// Whether the same is said of the same part of the text: aliases of YAML bring one part to several places.
fn is_the_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.rule == other.rule && one.span == other.span && one.message == other.message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Level, rule};
    use crate::source::Span;

    #[test]
    fn errors_are_not_crowded_out_and_come_in_the_order_of_the_text() {
        let mut findings = Findings::default();
        for start in (0..200).rev() {
            findings.add(rule::DUPLICATE_FIELD.found("twice").at(Span { start, end: start }));
        }
        assert!(!findings.has_errors());
        findings.add(rule::MISSING_TARGET.found("missing").at(Span { start: 150, end: 151 }));
        assert!(findings.has_errors() && findings.truncated());
        let sorted = findings.into_sorted();
        assert_eq!(sorted.len(), 101);
        assert!(sorted.is_sorted_by_key(|found| found.span.start));
        assert_eq!(sorted[50].rule, "missing-target");
    }

    #[test]
    fn an_error_that_nobody_wants_to_hear_of_is_one_still() {
        let mut levels = Levels::default();
        levels.set(&rule::MISSING_TARGET, Level::Off);
        let mut findings = Findings::new(&levels);
        findings.add(rule::MISSING_TARGET.found("missing"));
        assert!(findings.has_errors() && findings.into_sorted().is_empty());
    }
}
