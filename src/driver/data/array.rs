//! JSON: the items of one array, which is the whole text or lies where a pointer leads.

use super::decompress::Input;
use super::scan::Scanner;
use super::{BLOCK, Block, ROWS, ReadError, Rows, Source, Texts};
use crate::definition::ItemsPointer;
use crate::value::json;

/// Recorded.
const NO_ARRAY: &str = "Attempting to map over non-iterable node.";

pub(super) struct Items {
    scanner: Scanner,
    /// The steps that are still to be taken; none once the array was found.
    pointer: Option<ItemsPointer>,
    /// Whether the array is the whole text, so that nothing may follow it.
    is_whole: bool,
    is_first: bool,
    is_over: bool,
}

impl Items {
    pub fn new(input: Input, pointer: ItemsPointer) -> Items {
        let is_whole = pointer.0.is_empty();
        Items { scanner: Scanner::new(input), pointer: Some(pointer), is_whole, is_first: true, is_over: false }
    }

    fn enter(&mut self, pointer: &ItemsPointer) -> Result<(), ReadError> {
        for (depth, step) in pointer.0.iter().enumerate() {
            let found = match self.scanner.peek()? {
                Some(b'{') => self.find_member(step)?,
                Some(b'[') => self.find_item(step)?,
                _ => false,
            };
            if !found {
                let steps: String = pointer.0[..=depth].iter().map(|step| format!("/{step}")).collect();
                let message = format!("`ItemsPointer` leads nowhere: there is no `{steps}`");
                return Err(ReadError::of(&self.scanner.input.file, message));
            }
        }
        match self.scanner.peek()? {
            Some(b'[') => self.scanner.take(),
            Some(_) => return Err(ReadError(NO_ARRAY.to_owned())),
            None => return Err(self.scanner.error("expected a value")),
        }
        Ok(())
    }

    fn find_member(&mut self, name: &str) -> Result<bool, ReadError> {
        self.scanner.take();
        loop {
            match self.scanner.peek()? {
                Some(b'"') => {}
                Some(b',') => {
                    self.scanner.take();
                    continue;
                }
                Some(b'}') => return Ok(false),
                _ => return Err(self.scanner.error("expected a member's name")),
            }
            let mut key = Vec::new();
            self.scanner.value(|piece| key.extend_from_slice(piece))?;
            if self.scanner.peek()? != Some(b':') {
                return Err(self.scanner.error("expected `:`"));
            }
            self.scanner.take();
            let key = std::str::from_utf8(&key).ok().and_then(|key| json::read(key).ok());
            if key.as_ref().and_then(|key| key.as_str()) == Some(name) {
                return Ok(true);
            }
            self.scanner.value(|_| {})?;
        }
    }

    fn find_item(&mut self, step: &str) -> Result<bool, ReadError> {
        let Ok(index) = step.parse::<usize>() else { return Ok(false) };
        self.scanner.take();
        for _ in 0..index {
            if self.scanner.peek()? == Some(b']') {
                return Ok(false);
            }
            self.scanner.value(|_| {})?;
            if self.scanner.peek()? == Some(b',') {
                self.scanner.take();
            }
        }
        Ok(!matches!(self.scanner.peek()?, Some(b']') | None))
    }

    /// Takes what stands before an item, or after the last one; whether there is an item.
    fn has_next(&mut self) -> Result<bool, ReadError> {
        let next = self.scanner.peek()?;
        match next {
            Some(b']') => {
                self.scanner.take();
                self.is_over = true;
                if self.is_whole && self.scanner.peek()?.is_some() {
                    return Err(self.scanner.error("expected the end of the text"));
                }
                return Ok(false);
            }
            _ if self.is_first => self.is_first = false,
            Some(b',') => self.scanner.take(),
            _ => return Err(self.scanner.error("expected `,` or `]`")),
        }
        Ok(true)
    }
}

impl Source for Items {
    fn next(&mut self) -> Result<Option<Block>, ReadError> {
        if let Some(pointer) = self.pointer.take() {
            self.scanner.pass_mark()?;
            self.enter(&pointer)?;
        }
        let mut texts = Texts::default();
        while !self.is_over && texts.bytes.len() < BLOCK && texts.parts.len() < ROWS && self.has_next()? {
            if let Some(byte @ (b',' | b']' | b'}')) = self.scanner.peek()? {
                return Err(self.scanner.error(&format!("expected a value, found `{}`", char::from(byte))));
            }
            let (place, start) = (self.scanner.place(), texts.bytes.len() as u32);
            self.scanner.value(|piece| texts.bytes.extend_from_slice(piece))?;
            texts.parts.push((start..texts.bytes.len() as u32, place));
        }
        let (source, file) = (self.scanner.input.source.clone(), self.scanner.input.file.clone());
        Ok((!texts.parts.is_empty()).then_some(Block { source, file, rows: Rows::Texts(texts) }))
    }
}
