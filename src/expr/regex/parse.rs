//! Patterns into trees, by ECMAScript's grammar with its annex B and without the flag `u`; errors in V8's words.

use super::node::{Node, Repeat, UNBOUNDED};
use super::set::Set;
use super::{Flags, Invalid, class, fold, groups};

/// Groups within groups: whoever reads or writes them recurses.
const MOST_NESTING: usize = 50;

/// How those assertions begin that cannot be repeated.
const ASSERTIONS: [&str; 6] = ["^", "$", "\\b", "\\B", "(?<=", "(?<!"];

/// Reads a pattern.
///
/// # Errors
/// What JavaScript does not accept either, and groups that are nested too deep.
pub(super) fn parse(text: &str, flags: Flags) -> Result<(Node, u32), Invalid> {
    let mut parser = Parser::new(text, flags, None);
    let node = parser.whole()?;
    if !parser.ahead.has_names {
        return Ok((node, parser.groups));
    }
    // A name may be asked for before it is given.
    let mut parser = Parser::new(text, flags, Some(parser.names));
    Ok((parser.whole()?, parser.groups))
}

/// A pattern that is being read.
pub(super) struct Parser<'p> {
    pub text: &'p str,
    pub at: usize,
    /// Those that hold at this place.
    pub flags: Flags,
    /// What groups the whole pattern has.
    pub ahead: groups::Ahead,
    /// How many groups have begun.
    pub groups: u32,
    pub names: groups::Names,
    /// All names of the pattern, once they are known.
    pub all_names: Option<groups::Names>,
    depth: usize,
}

impl<'p> Parser<'p> {
    fn new(text: &'p str, flags: Flags, all_names: Option<groups::Names>) -> Parser<'p> {
        let (ahead, names) = (groups::count(text), groups::Names::default());
        Parser { text, at: 0, flags, ahead, groups: 0, names, all_names, depth: 0 }
    }

    fn whole(&mut self) -> Result<Node, Invalid> {
        let node = self.alternatives()?;
        match self.peek() {
            Some(_) => Err(self.invalid(self.at, "Unmatched ')'")),
            None => Ok(node),
        }
    }

    pub fn rest(&self) -> &'p str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub fn accept(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    pub fn invalid(&self, offset: usize, message: &str) -> Invalid {
        Invalid { offset, message: message.to_owned() }
    }

    /// `a|b|c`
    pub fn alternatives(&mut self) -> Result<Node, Invalid> {
        self.depth += 1;
        if self.depth > MOST_NESTING + 1 {
            return Err(self.invalid(self.at, "its groups are nested too deep"));
        }
        let before = self.names.begin();
        let mut parts = vec![self.sequence()?];
        while self.accept("|") {
            self.names.alternate();
            parts.push(self.sequence()?);
        }
        self.names.end(before);
        self.depth -= 1;
        Ok(if parts.len() == 1 { parts.remove(0) } else { merged(parts) })
    }

    fn sequence(&mut self) -> Result<Node, Invalid> {
        let mut parts = Vec::new();
        while self.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
            let before = self.groups;
            let may_repeat = !ASSERTIONS.iter().any(|assertion| self.rest().starts_with(assertion));
            let part = self.term()?;
            parts.push(if may_repeat { self.repeated(part, before)? } else { part });
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Sequence(parts) })
    }

    fn term(&mut self) -> Result<Node, Invalid> {
        let start = self.at;
        let Some(c) = self.next() else { return Ok(Node::Sequence(Vec::new())) };
        Ok(match c {
            '^' => Node::Start { lines: self.flags.multiline },
            '$' => Node::End { lines: self.flags.multiline },
            '(' => return self.group(start),
            '[' => return self.class(start),
            '\\' => return self.escape(start),
            '.' if self.flags.dot_all => Node::Set(Set::default().inverted()),
            '.' => Node::Set(class::line_ends().inverted()),
            '*' | '+' | '?' => return Err(self.invalid(start, "Nothing to repeat")),
            '{' => {
                self.at = start;
                if self.braces()?.is_some() {
                    return Err(self.invalid(start, "Nothing to repeat"));
                }
                self.at = start + 1;
                self.character('{')
            }
            c => self.character(c),
        })
    }

    /// A character that is meant: where case is ignored, all that are like it.
    pub fn character(&self, c: char) -> Node {
        if self.flags.ignore_case {
            let mut set = Set::one(c);
            fold::close(&mut set);
            if set.only().is_none() {
                return Node::Set(set);
            }
        }
        Node::Character(c)
    }

    /// What was read, as often as what follows it says; `before` groups had begun before it.
    fn repeated(&mut self, inner: Node, before: u32) -> Result<Node, Invalid> {
        let times = match self.peek() {
            Some('*') => Some((0, UNBOUNDED)),
            Some('+') => Some((1, UNBOUNDED)),
            Some('?') => Some((0, 1)),
            _ => None,
        };
        self.at += usize::from(times.is_some());
        let Some((min, max)) = times.map_or_else(|| self.braces(), |times| Ok(Some(times)))? else { return Ok(inner) };
        let greedy = !self.accept("?");
        Ok(Node::Repeat(Box::new(Repeat { inner, min, max, greedy, groups: before + 1..self.groups + 1 })))
    }

    /// `{2}`, `{2,}`, `{2,3}`; none where the brace is one of the text.
    fn braces(&mut self) -> Result<Option<(u32, u32)>, Invalid> {
        let start = self.at;
        let Some(rest) = self.rest().strip_prefix('{') else { return Ok(None) };
        let (inner, after) = rest.split_at(rest.find(|c: char| c != ',' && !c.is_ascii_digit()).unwrap_or(rest.len()));
        if !after.starts_with('}') {
            return Ok(None);
        }
        let (min, max) = inner.split_once(',').unwrap_or((inner, inner));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(min) || !(is_number(max) || max.is_empty()) {
            return Ok(None);
        }
        let number = |text: &str| text.parse().unwrap_or(UNBOUNDED);
        let times = (number(min), number(max));
        if times.0 > times.1 {
            return Err(self.invalid(start, "numbers out of order in {} quantifier"));
        }
        self.at = start + inner.len() + 2;
        Ok(Some(times))
    }
}

/// Alternatives; those that are single characters as a set.
fn merged(parts: Vec<Node>) -> Node {
    let sets: Option<Vec<Set>> = parts.iter().map(Node::as_set).collect();
    match sets {
        Some(sets) => {
            let ranges: Vec<(u32, u32)> = sets.iter().flat_map(|set| set.ranges().iter().copied()).collect();
            Node::Set(Set::of(&ranges))
        }
        None => Node::Alternatives(parts),
    }
}
