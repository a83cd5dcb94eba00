//! How loud rules are set to be. It knows no option and no file: whoever reads `[lint]` or the command line fills it.

use std::collections::BTreeMap;

use super::{Group, Rule, Severity};

/// How loud each rule is, where that is not what its table says: what `[lint]`, `--allow`, `--pedantic` and
/// `--deny warnings` come to. A rule's own level counts before its group's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    rules: BTreeMap<&'static str, Level>,
    pedantic: Option<Level>,
    /// Whether every warning is an error.
    pub deny_warnings: bool,
}

/// How loud a rule is set to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is not to be heard of.
    Off,
    /// It is this bad.
    At(Severity),
    /// It is as bad as its table says.
    On,
}

impl Levels {
    /// Sets a rule's level.
    pub fn set(&mut self, rule: &Rule, level: Level) {
        self.rules.insert(rule.name, level);
    }

    /// Sets the level of [`Group::Pedantic`].
    pub fn set_pedantic(&mut self, level: Level) {
        self.pedantic = Some(level);
    }

    /// How bad a finding of this rule is; none where nobody wants to know.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let of_group = match rule.group {
            Group::Pedantic => self.pedantic.unwrap_or(Level::Off),
            Group::Standard => Level::On,
        };
        let level = self.rules.get(rule.name).copied().unwrap_or(of_group);
        let severity = match level {
            _ if rule.is_fatal() => rule.severity,
            Level::Off => return None,
            Level::On => rule.severity,
            Level::At(severity) => severity,
        };
        let is_denied = self.deny_warnings && severity == Severity::Warning;
        Some(if is_denied { Severity::Error } else { severity })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::rule::{INVALID_JSON, MISSING_TARGET};

    const DOUBT: Rule = Rule { name: "doubt", severity: Severity::Warning, ..MISSING_TARGET };
    const ADVICE: Rule = Rule { name: "advice", group: Group::Pedantic, ..DOUBT };

    #[test]
    fn pedantic_rules_are_off_until_asked_for() {
        let mut levels = Levels::default();
        assert_eq!((levels.severity(&ADVICE), levels.severity(&DOUBT)), (None, Some(Severity::Warning)));
        levels.set_pedantic(Level::On);
        assert_eq!(levels.severity(&ADVICE), Some(Severity::Warning));
        levels.set(&ADVICE, Level::Off);
        assert_eq!(levels.severity(&ADVICE), None);
    }

    #[test]
    fn warnings_can_be_denied_and_errors_lowered() {
        let mut levels = Levels { deny_warnings: true, ..Levels::default() };
        assert_eq!(levels.severity(&DOUBT), Some(Severity::Error));
        levels.set(&DOUBT, Level::At(Severity::Information));
        assert_eq!(levels.severity(&DOUBT), Some(Severity::Information));
        levels.set(&INVALID_JSON, Level::Off);
        assert_eq!(levels.severity(&INVALID_JSON), Some(Severity::Error));
    }
}
