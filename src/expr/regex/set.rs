//! Sets of characters: as they are put together, and as a match asks them.

/// The last code point.
const LAST: u32 = 0x10_FFFF;

/// A set in the making. Halves of UTF-16 pairs may be in it, which no text holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    /// First and last of each range, in order; none touches the next.
    ranges: Vec<(u32, u32)>,
}

impl Set {
    /// Of ranges in any order.
    pub fn of(ranges: &[(u32, u32)]) -> Set {
        let mut set = Set { ranges: ranges.to_vec() };
        set.settle();
        set
    }

    /// Of one character.
    pub fn one(c: char) -> Set {
        Set { ranges: vec![(c as u32, c as u32)] }
    }

    /// Adds ranges.
    pub fn add(&mut self, ranges: impl IntoIterator<Item = (u32, u32)>) {
        self.ranges.extend(ranges);
        self.settle();
    }

    fn settle(&mut self) {
        self.ranges.sort_unstable();
        let mut settled: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for &(first, last) in &self.ranges {
            match settled.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => settled.push((first, last)),
            }
        }
        self.ranges = settled;
    }

    /// All that is not in it.
    pub fn inverted(&self) -> Set {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for &(first, last) in &self.ranges {
            if first > next {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Set { ranges }
    }

    /// Its ranges, in order.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Whether a character is in it.
    pub fn contains(&self, c: u32) -> bool {
        is_within(&self.ranges, c)
    }

    /// Whether all that is in it is ASCII.
    pub fn is_ascii(&self) -> bool {
        self.ranges.last().is_none_or(|(_, last)| *last < 128)
    }

    /// The only character in it.
    pub fn only(&self) -> Option<char> {
        match self.ranges[..] {
            [(first, last)] if first == last => char::from_u32(first),
            _ => None,
        }
    }
}

fn is_within(ranges: &[(u32, u32)], c: u32) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= c);
    after > 0 && c <= ranges[after - 1].1
}

/// A set that is asked often.
#[derive(Clone, Debug)]
pub(super) struct Class {
    ascii: u128,
    /// Those beyond ASCII.
    ranges: Box<[(u32, u32)]>,
}

impl Class {
    /// The set as it is asked.
    pub fn new(set: &Set) -> Class {
        let ascii = (0..128).filter(|c| set.contains(*c)).fold(0, |bits, c| bits | 1 << c);
        let beyond = set.ranges.iter().filter(|(_, last)| *last >= 128);
        Class { ascii, ranges: beyond.map(|&(first, last)| (first.max(128), last)).collect() }
    }

    /// The byte behind the character at `at`, if that is in the set.
    #[inline]
    pub fn after(&self, text: &str, at: usize) -> Option<usize> {
        let byte = *text.as_bytes().get(at)?;
        if byte < 128 {
            return (self.ascii >> byte & 1 == 1).then_some(at + 1);
        }
        let c = text[at..].chars().next()?;
        is_within(&self.ranges, c as u32).then_some(at + c.len_utf8())
    }

    /// The first byte of the character before `at`, if that is in the set.
    #[inline]
    pub fn before(&self, text: &str, at: usize) -> Option<usize> {
        let c = text[..at].chars().next_back()?;
        let is_in = if c.is_ascii() { self.ascii >> c as u32 & 1 == 1 } else { is_within(&self.ranges, c as u32) };
        is_in.then_some(at - c.len_utf8())
    }
}
