//! Groups: what they are for, and their names.

use super::node::Node;
use super::parse::Parser;
use super::{Flags, Invalid};

/// What of a pattern has to be known before it is read: a reference may stand before its group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// How many groups it keeps.
    pub groups: u32,
    /// Whether one has a name, so that `\k` refers to one.
    pub has_names: bool,
}

/// Counts a pattern's groups.
pub(super) fn count(text: &str) -> Ahead {
    let mut ahead = Ahead { groups: 0, has_names: false };
    let mut is_class = false;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        let rest = &text.as_bytes()[at + 1..];
        match byte {
            b'\\' => at += 1,
            b'[' => is_class = true,
            b']' => is_class = false,
            b'(' if !is_class => {
                let is_named = rest.starts_with(b"?<") && !matches!(rest.get(2), Some(b'=' | b'!'));
                ahead.has_names |= is_named;
                ahead.groups += u32::from(is_named || rest.first() != Some(&b'?'));
            }
            _ => {}
        }
        at += 1;
    }
    ahead
}

/// The names that have been given, and those that have been asked for.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: Vec<Name>,
    /// The alternatives that the place at hand is in: whose they are, and which.
    within: Vec<(u32, u32)>,
    /// How many places with alternatives there have been.
    places: u32,
}

#[derive(Debug)]
struct Name {
    text: String,
    group: u32,
    within: Vec<(u32, u32)>,
}

impl Names {
    /// Goes into the first of some alternatives; gives what [`Names::end`] takes.
    pub fn begin(&mut self) -> usize {
        self.places += 1;
        self.within.push((self.places, 0));
        self.within.len() - 1
    }

    /// Goes to the next alternative.
    pub fn alternate(&mut self) {
        if let Some((_, which)) = self.within.last_mut() {
            *which += 1;
        }
    }

    /// Leaves the alternatives.
    pub fn end(&mut self, before: usize) {
        self.within.truncate(before);
    }

    /// Gives a group its name, which another may have only where the two can never both take part.
    fn give(&mut self, text: &str, group: u32) -> bool {
        let excludes = |other: &Name| {
            let both = other.within.iter().zip(&self.within);
            both.into_iter().any(|((place, which), (here, this))| place == here && which != this)
        };
        let is_free = self.given.iter().filter(|other| other.text == text).all(excludes);
        self.given.push(Name { text: text.to_owned(), group, within: self.within.clone() });
        is_free
    }

    /// The groups of a name.
    pub fn groups(&self, text: &str) -> Vec<u32> {
        self.given.iter().filter(|name| name.text == text).map(|name| name.group).collect()
    }
}

impl Parser<'_> {
    /// What begins with the `(` at `start`, behind which the parser stands.
    pub fn group(&mut self, start: usize) -> Result<Node, Invalid> {
        let outer = self.flags;
        let node = if self.accept("?:") {
            self.alternatives()?
        } else if self.accept("?=") {
            self.look(false, true)?
        } else if self.accept("?!") {
            self.look(false, false)?
        } else if self.accept("?<=") {
            self.look(true, true)?
        } else if self.accept("?<!") {
            self.look(true, false)?
        } else if self.accept("?<") {
            let at = self.at;
            let name = self.name().ok_or_else(|| self.invalid(at, "Invalid capture group name"))?;
            self.groups += 1;
            let group = self.groups;
            if !self.names.give(&name, group) {
                return Err(self.invalid(at, "Duplicate capture group name"));
            }
            Node::Group(group, Box::new(self.alternatives()?))
        } else if self.accept("?") {
            self.flags = self.modified(start)?;
            self.alternatives()?
        } else {
            self.groups += 1;
            Node::Group(self.groups, Box::new(self.alternatives()?))
        };
        self.flags = outer;
        match self.accept(")") {
            true => Ok(node),
            false => Err(self.invalid(start, "Unterminated group")),
        }
    }

    fn look(&mut self, behind: bool, wanted: bool) -> Result<Node, Invalid> {
        Ok(Node::Look { behind, wanted, inner: Box::new(self.alternatives()?) })
    }

    /// `(?i-m:…)`: the flags that hold within.
    fn modified(&mut self, start: usize) -> Result<Flags, Invalid> {
        let Some((letters, _)) = self.rest().split_once(':') else {
            return Err(self.invalid(start, "Invalid group"));
        };
        let (on, off) = letters.split_once('-').unwrap_or((letters, ""));
        let is_flag = |c: char| matches!(c, 'i' | 'm' | 's');
        let mut all: Vec<char> = on.chars().chain(off.chars()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        if count == 0 || all.len() < count || !all.into_iter().all(is_flag) {
            return Err(self.invalid(start, "Invalid group"));
        }
        let mut flags = self.flags;
        for (letters, holds) in [(on, true), (off, false)] {
            for letter in letters.chars() {
                match letter {
                    'i' => flags.ignore_case = holds,
                    'm' => flags.multiline = holds,
                    _ => flags.dot_all = holds,
                }
            }
        }
        self.at += letters.len() + 1;
        Ok(flags)
    }

    /// `name>`
    pub fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            let c = match self.next()? {
                '>' => break,
                '\\' => self.name_escape()?,
                c => c,
            };
            let is_first = name.is_empty();
            if !(c == '$'
                || c == '_'
                || c.is_alphabetic()
                || !is_first && (c.is_alphanumeric() || c == '\u{200c}' || c == '\u{200d}'))
            {
                return None;
            }
            name.push(c);
        }
        (!name.is_empty()).then_some(name)
    }

    fn name_escape(&mut self) -> Option<char> {
        if !self.accept("u") {
            return None;
        }
        if !self.accept("{") {
            return char::from_u32(self.unit()?);
        }
        let (digits, _) = self.rest().split_once('}')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.at += digits.len() + 1;
        char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?)
    }
}
