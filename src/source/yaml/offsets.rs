//! From the YAML parser's characters to the bytes that spans count.

/// Where each character of a text begins: the parser counts characters, spans count bytes.
pub(super) struct Offsets {
    /// Empty where both are the same.
    starts: Vec<u32>,
    end: usize,
}

impl Offsets {
    pub(super) fn of(text: &str) -> Offsets {
        let starts = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| at as u32).collect(),
        };
        Offsets { starts, end: text.len() }
    }

    /// The byte that a character begins with.
    pub(super) fn byte(&self, character: usize) -> usize {
        match self.starts.is_empty() {
            true => character.min(self.end),
            false => self.starts.get(character).map_or(self.end, |&start| start as usize),
        }
    }
}
