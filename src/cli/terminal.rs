//! What the screen can show, and writing to it without ever failing for it.

use std::env;
use std::io::{self, IsTerminal, Write};

use crate::driver::unix::terminal::{Handle, columns};
use crate::present::Style;

/// The style that suits a stream: colours only on a terminal, unless `NO_COLOR` or `CLICOLOR_FORCE` say otherwise.
pub fn style(stream: &(impl IsTerminal + Handle)) -> Style {
    let terminal = stream.is_terminal();
    Style {
        colour: colour(terminal, |name| env::var(name).ok()),
        unicode: unicode(|name| env::var(name).ok()),
        width: terminal.then(|| width(stream)).flatten(),
    }
}

/// Writes to stderr. Whoever closed it does not want to know.
pub fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes `error: …` to stderr.
pub fn say_error(message: &str) {
    labelled(crate::present::Ink::Bad, "error", message);
}

/// Writes `warning: …` to stderr.
pub fn say_warning(message: &str) {
    labelled(crate::present::Ink::Attention, "warning", message);
}

fn labelled(ink: crate::present::Ink, label: &str, message: &str) {
    say(&format!("{}: {message}\n", style(&io::stderr()).paint(ink, label)));
}

fn colour(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    terminal && set("CLICOLOR").is_none_or(|value| value != "0") && set("TERM").is_none_or(|value| value != "dumb")
}

/// By POSIX the first of these that is set decides; where none is, as in most containers, terminals take UTF-8.
fn unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

fn width(stream: &impl Handle) -> Option<usize> {
    let given = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let asked = || columns(stream);
    given.or_else(asked).filter(|columns| *columns >= 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables<'a>(pairs: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn colours_are_for_terminals_unless_a_variable_says_otherwise() {
        for (terminal, set, wanted) in [
            (true, &[][..], true),
            (false, &[], false),
            (true, &[("NO_COLOR", "1")], false),
            (true, &[("NO_COLOR", "")], true),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "0")], false),
            (false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (true, &[("CLICOLOR", "0")], false),
            (true, &[("TERM", "dumb")], false),
        ] {
            assert_eq!(colour(terminal, variables(set)), wanted, "{terminal} {set:?}");
        }
    }

    #[test]
    fn symbols_are_for_utf8_locales() {
        assert!(unicode(variables(&[("LANG", "de_DE.UTF-8")])));
        assert!(unicode(variables(&[])));
        assert!(!unicode(variables(&[("LANG", "en_US.utf8"), ("LC_ALL", "C")])));
    }
}
