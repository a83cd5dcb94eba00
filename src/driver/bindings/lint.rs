//! `[lint]`: how loud the rules of `validate` are, everywhere or below some paths.
//!
//! Files are read from the repository's root down, and within a file the paths after the rest, in the order of the text:
//! what is said later counts.

use std::path::{Path, PathBuf};

use super::pattern::glob;
use super::tree::Reader;
use crate::diagnostic::rule::RULES;
use crate::diagnostic::{Level, Levels, Rule, Severity, did_you_mean};
use crate::source::{Member, Node};

/// What the `[lint]` tables say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lint {
    settings: Vec<Setting>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    /// The pattern of the files that it is about, and the folder that it starts from; none: all.
    files: Option<(String, PathBuf)>,
    subject: Subject,
    level: Level,
}

/// What a level is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Rule(&'static Rule),
    Pedantic,
}

/// The key under which the pedantic rules are set.
pub const PEDANTIC: &str = "pedantic";
/// The key under which files are set apart.
const PATHS: &str = "paths";

const LEVELS: [(&str, Level); 5] = [
    ("off", Level::Off),
    ("info", Level::At(Severity::Information)),
    ("warning", Level::At(Severity::Warning)),
    ("error", Level::At(Severity::Error)),
    ("on", Level::On),
];

impl Lint {
    /// How loud the rules are for a definition, by its absolute path.
    pub fn levels(&self, definition: &Path) -> Levels {
        let mut levels = Levels::default();
        for setting in self.settings.iter().filter(|setting| setting.concerns(definition)) {
            match setting.subject {
                Subject::Rule(rule) => levels.set(rule, setting.level),
                Subject::Pedantic => levels.set_pedantic(setting.level),
            }
        }
        levels
    }

    /// Adds what one file says.
    pub(super) fn read(&mut self, reader: &Reader<'_>) {
        let Some(root) = reader.toml() else { return };
        let Some(table) = root.member("lint") else { return };
        let members = reader.object(&table.value, "`lint`");
        for member in members.iter().filter(|member| &*member.name != PATHS) {
            self.setting(reader, member, None);
        }
        let Some(paths) = table.value.member(PATHS) else { return };
        for member in reader.object(&paths.value, "`lint.paths`") {
            self.read_path(reader, &member.name, &member.value);
        }
    }

    fn read_path(&mut self, reader: &Reader<'_>, pattern: &str, node: &Node) {
        for member in reader.object(node, "a path's table") {
            self.setting(reader, member, Some((pattern.to_owned(), reader.folder.to_path_buf())));
        }
    }

    fn setting(&mut self, reader: &Reader<'_>, member: &Member, files: Option<(String, PathBuf)>) {
        let subject = match &*member.name {
            PEDANTIC => Some(Subject::Pedantic),
            name => Rule::named(name).map(Subject::Rule),
        };
        let Some(subject) = subject else {
            let known = RULES.iter().map(|rule| rule.name).chain([PEDANTIC, PATHS]);
            let help = did_you_mean(&member.name, known).unwrap_or_else(|| "`sfn explain` lists the rules".to_owned());
            reader.error(member.name_span, format!("no rule is called `{}`", member.name), Some(help));
            return;
        };
        let level = reader.choice(&member.value, &format!("the level of `{}`", member.name), &LEVELS);
        self.settings.extend(level.map(|level| Setting { files, subject, level }));
    }
}

impl Setting {
    fn concerns(&self, definition: &Path) -> bool {
        let Some((pattern, folder)) = &self.files else { return true };
        definition.strip_prefix(folder).is_ok_and(|path| fits(pattern, &path.to_string_lossy()))
    }
}

/// Whether a pattern fits a path, as in `.gitignore`: `*` is any run of characters within a name, `**` any run of
/// folders. A pattern without `/` may fit at any depth, and one that fits a folder fits all below.
fn fits(pattern: &str, path: &str) -> bool {
    let names: Vec<&str> = path.split('/').collect();
    let mut parts: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    if !pattern.trim_end_matches('/').contains('/') {
        parts.insert(0, "**");
    }
    fit_names(&parts, &names)
}

fn fit_names(parts: &[&str], names: &[&str]) -> bool {
    match parts.split_first() {
        None => true,
        Some((&"**", [])) => !names.is_empty(),
        Some((&"**", rest)) => (0..names.len()).any(|at| fit_names(rest, &names[at..])),
        Some((part, rest)) => {
            names.split_first().is_some_and(|(name, below)| glob(part, name) && fit_names(rest, below))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_gitignore() {
        for (pattern, path, wanted) in [
            ("legacy/**", "legacy/a/b.asl.json", true),
            ("legacy/**", "other/a.asl.json", false),
            ("legacy/", "legacy/a/b.asl.json", true),
            ("legacy", "x/legacy/b.asl.json", true),
            ("/legacy", "x/legacy/b.asl.json", false),
            ("*.asl.yaml", "a/b/c.asl.yaml", true),
            ("*.asl.yaml", "a/b/c.asl.json", false),
            ("a/*/c.asl.json", "a/b/c.asl.json", true),
            ("a/*/c.asl.json", "a/b/b/c.asl.json", false),
            ("a/**/c.asl.json", "a/c.asl.json", true),
            ("a/**/c.asl.json", "a/b/b/c.asl.json", true),
        ] {
            assert_eq!(fits(pattern, path), wanted, "{pattern} {path}");
        }
    }
}
