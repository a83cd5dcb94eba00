//! `[…]`, and the sets that have names.

use super::node::Node;
use super::parse::Parser;
use super::set::Set;
use super::{Invalid, fold};

/// `\d`
pub(super) fn digits() -> Set {
    Set::of(&[('0' as u32, '9' as u32)])
}

/// `\w`
pub(super) fn word() -> Set {
    Set::of(&[('0' as u32, '9' as u32), ('A' as u32, 'Z' as u32), ('_' as u32, '_' as u32), ('a' as u32, 'z' as u32)])
}

/// What ends a line.
pub(super) fn line_ends() -> Set {
    Set::of(&[(0xA, 0xA), (0xD, 0xD), (0x2028, 0x2029)])
}

/// `\s`
pub(super) fn blanks() -> Set {
    Set::of(&[
        (0x9, 0xD),
        (0x20, 0x20),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ])
}

/// What stands on one side of a `-`.
enum Atom {
    Character(u32),
    Set(Set),
}

impl Atom {
    fn ranges(&self) -> Vec<(u32, u32)> {
        match self {
            Atom::Character(c) => vec![(*c, *c)],
            Atom::Set(set) => set.ranges().to_vec(),
        }
    }
}

impl Parser<'_> {
    /// What begins with the `[` at `start`, behind which the parser stands.
    pub fn class(&mut self, start: usize) -> Result<Node, Invalid> {
        let is_wanted = !self.accept("^");
        let mut ranges = Vec::new();
        while !self.accept("]") {
            let at = self.at;
            let first = self.atom(start)?;
            if !self.rest().starts_with('-') || self.rest().starts_with("-]") {
                ranges.extend(first.ranges());
                continue;
            }
            self.at += 1;
            match (first, self.atom(start)?) {
                (Atom::Character(first), Atom::Character(last)) if first > last => {
                    return Err(self.invalid(at, "Range out of order in character class"));
                }
                (Atom::Character(first), Atom::Character(last)) => ranges.push((first, last)),
                // No range, but both sides and the `-` itself.
                (first, last) => {
                    ranges.extend(first.ranges());
                    ranges.extend(last.ranges());
                    ranges.push(('-' as u32, '-' as u32));
                }
            }
        }
        let mut set = Set::of(&ranges);
        if self.flags.ignore_case {
            fold::close(&mut set);
        }
        Ok(Node::Set(if is_wanted { set } else { set.inverted() }))
    }

    fn atom(&mut self, class: usize) -> Result<Atom, Invalid> {
        let start = self.at;
        let Some(c) = self.next() else { return Err(self.invalid(class, "Unterminated character class")) };
        if c != '\\' {
            return Ok(Atom::Character(c as u32));
        }
        if let Some(set) = self.set_escape(start)? {
            return Ok(Atom::Set(set));
        }
        if self.accept("b") {
            return Ok(Atom::Character(8));
        }
        // Here a digit or a low line may follow `\c` too.
        if let Some(control) = self.rest().strip_prefix('c').and_then(|rest| rest.chars().next())
            && (control.is_ascii_digit() || control == '_')
        {
            self.at += 2;
            return Ok(Atom::Character(control as u32 % 32));
        }
        self.character_escape(start).map(Atom::Character)
    }
}
