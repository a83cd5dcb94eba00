//! Where a match can start, as far as the pattern tells without being run: so that a search runs it nowhere else.

use super::node::Node;
use super::program::Start;

/// Where a match of the pattern can start.
pub(super) fn of(node: &Node) -> Start {
    if is_at_front(node) {
        return Start::Front;
    }
    let mut text = String::new();
    prefix(node, &mut text);
    if !text.is_empty() {
        return Start::Text(text.into());
    }
    let mut bytes = Box::new([false; 256]);
    match firsts(node, &mut bytes) {
        Firsts::All => Start::Bytes(bytes),
        _ => Start::Anywhere,
    }
}

fn is_at_front(node: &Node) -> bool {
    match node {
        Node::Start { lines } => !lines,
        Node::Group(_, inner) => is_at_front(inner),
        Node::Sequence(parts) => parts.first().is_some_and(is_at_front),
        Node::Alternatives(parts) => parts.iter().all(is_at_front),
        _ => false,
    }
}

/// The characters that every match starts with; whether what follows the node may add to them.
fn prefix(node: &Node, text: &mut String) -> bool {
    match node {
        Node::Character(c) => {
            text.push(*c);
            true
        }
        Node::Group(_, inner) => prefix(inner, text),
        Node::Sequence(parts) => parts.iter().all(|part| prefix(part, text)),
        Node::Repeat(repeat) if repeat.min > 0 => {
            prefix(&repeat.inner, text);
            false
        }
        _ => false,
    }
}

/// What is known of the bytes that a match starts with.
#[derive(PartialEq)]
enum Firsts {
    /// They are among those noted.
    All,
    /// They may be those of what follows, too.
    Some,
    /// Nothing.
    Unknown,
}

fn firsts(node: &Node, bytes: &mut [bool; 256]) -> Firsts {
    match node {
        Node::Character(c) => {
            note(bytes, *c as u32, *c as u32);
            Firsts::All
        }
        Node::Set(set) => {
            set.ranges().iter().for_each(|(first, last)| note(bytes, *first, *last));
            Firsts::All
        }
        Node::Start { .. } | Node::End { .. } | Node::Boundary { .. } | Node::Look { .. } => Firsts::Some,
        Node::Reference { .. } => Firsts::Unknown,
        Node::Group(_, inner) => firsts(inner, bytes),
        Node::Repeat(repeat) => match firsts(&repeat.inner, bytes) {
            Firsts::All if repeat.min == 0 => Firsts::Some,
            found => found,
        },
        Node::Sequence(parts) => {
            let found = parts.iter().map(|part| firsts(part, bytes)).find(|found| *found != Firsts::Some);
            found.unwrap_or(Firsts::Some)
        }
        Node::Alternatives(parts) => {
            let found: Vec<Firsts> = parts.iter().map(|part| firsts(part, bytes)).collect();
            let has = |firsts| found.contains(&firsts);
            if has(Firsts::Unknown) {
                Firsts::Unknown
            } else if has(Firsts::Some) {
                Firsts::Some
            } else {
                Firsts::All
            }
        }
    }
}

/// Notes the first bytes of the characters of a range, in UTF-8: they rise with the characters. Those in between that
/// start none are left out.
fn note(bytes: &mut [bool; 256], first: u32, last: u32) {
    let lead = |c: u32| match c {
        0..0x80 => c,
        0x80..0x800 => 0xC0 | c >> 6,
        0x800..0x1_0000 => 0xE0 | c >> 12,
        _ => 0xF0 | c >> 18,
    };
    bytes[lead(first) as usize..=lead(last) as usize].fill(true);
    bytes[0x80..0xC0].fill(false);
}
