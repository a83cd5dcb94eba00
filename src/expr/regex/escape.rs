//! What a backslash stands before.

use super::class;
use super::node::Node;
use super::parse::Parser;
use super::set::Set;
use super::{Invalid, fold, property};

impl Parser<'_> {
    /// What begins with the backslash at `start`, behind which the parser stands.
    pub fn escape(&mut self, start: usize) -> Result<Node, Invalid> {
        if self.accept("b") {
            return Ok(Node::Boundary { wanted: true });
        }
        if self.accept("B") {
            return Ok(Node::Boundary { wanted: false });
        }
        if let Some(set) = self.set_escape(start)? {
            return Ok(Node::Set(set));
        }
        if self.ahead.has_names && self.accept("k") {
            return self.named_reference(start);
        }
        if let Some(group) = self.numbered_reference() {
            return Ok(Node::Reference { groups: vec![group], ignore_case: self.flags.ignore_case });
        }
        let c = self.character_escape(start)?;
        // No text holds half a pair.
        Ok(char::from_u32(c).map_or(Node::Set(Set::default()), |c| self.character(c)))
    }

    /// `\d`, `\p{Lu}`
    pub fn set_escape(&mut self, start: usize) -> Result<Option<Set>, Invalid> {
        let set = match self.peek() {
            Some('d' | 'D') => class::digits(),
            Some('s' | 'S') => class::blanks(),
            Some('w' | 'W') => class::word(),
            Some('p' | 'P') if self.flags.properties => return self.property(start).map(Some),
            _ => return Ok(None),
        };
        let is_wanted = self.next().is_some_and(|c| c.is_ascii_lowercase());
        Ok(Some(if is_wanted { set } else { set.inverted() }))
    }

    fn property(&mut self, start: usize) -> Result<Set, Invalid> {
        let is_wanted = self.accept("p") || !self.accept("P");
        let name = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
        let Some((name, mut set)) = name.and_then(|name| Some((name, property::set(name)?))) else {
            return Err(self.invalid(start, "Invalid property name"));
        };
        self.at += name.len() + 2;
        if self.flags.ignore_case {
            fold::close(&mut set);
        }
        Ok(if is_wanted { set } else { set.inverted() })
    }

    fn named_reference(&mut self, start: usize) -> Result<Node, Invalid> {
        let name = if self.accept("<") { self.name() } else { None };
        let name = name.ok_or_else(|| self.invalid(start, "Invalid named reference"))?;
        let groups = self.all_names.as_ref().map(|names| names.groups(&name));
        if groups.as_ref().is_some_and(Vec::is_empty) {
            return Err(self.invalid(start, "Invalid named capture referenced"));
        }
        Ok(Node::Reference { groups: groups.unwrap_or_default(), ignore_case: self.flags.ignore_case })
    }

    /// `\1`, where the pattern has as many groups; else the digits are something else.
    fn numbered_reference(&mut self) -> Option<u32> {
        let rest = self.rest();
        let digits = &rest[..rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
        let group = digits.parse().ok().filter(|_| !digits.starts_with('0'))?;
        if group > self.ahead.groups {
            return None;
        }
        self.at += digits.len();
        Some(group)
    }

    /// A character that is written with a backslash, or half of one.
    pub fn character_escape(&mut self, start: usize) -> Result<u32, Invalid> {
        let Some(c) = self.next() else { return Err(self.invalid(start, "\\ at end of pattern")) };
        let literal = match c {
            't' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'c' => match self.peek().filter(char::is_ascii_alphabetic) {
                Some(letter) => {
                    self.at += 1;
                    return Ok(letter as u32 % 32);
                }
                // The backslash is one of the text, and so is what follows it.
                None => {
                    self.at -= 1;
                    '\\'
                }
            },
            'x' => return Ok(self.hexadecimal(2).unwrap_or('x' as u32)),
            'u' => return Ok(self.unit().map_or('u' as u32, |unit| self.paired(unit))),
            '0'..='7' => return Ok(self.octal(c as u32 - '0' as u32)),
            'k' if self.ahead.has_names => return Err(self.invalid(start, "Invalid escape")),
            c => c,
        };
        Ok(literal as u32)
    }

    fn hexadecimal(&mut self, length: usize) -> Option<u32> {
        let digits = self.rest().get(..length)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += length;
        u32::from_str_radix(digits, 16).ok()
    }

    /// The four digits behind `\u`.
    pub fn unit(&mut self) -> Option<u32> {
        self.hexadecimal(4)
    }

    /// The character whose first half `unit` may be, when its other half follows.
    fn paired(&mut self, unit: u32) -> u32 {
        let start = self.at;
        if (0xD800..0xDC00).contains(&unit)
            && self.accept("\\u")
            && let Some(low @ 0xDC00..0xE000) = self.unit()
        {
            return 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
        self.at = start;
        unit
    }

    /// Up to three octal digits, at most `\377`.
    fn octal(&mut self, first: u32) -> u32 {
        let mut value = first;
        for _ in 0..2 {
            match self.peek().and_then(|c| c.to_digit(8)) {
                Some(digit) if value * 8 + digit < 256 => value = value * 8 + digit,
                _ => break,
            }
            self.at += 1;
        }
        value
    }
}
