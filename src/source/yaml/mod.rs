//! YAML text in: the same tree as from JSON, with its own lines and columns.
//!
//! Anchors, aliases and merge keys are followed, within bounds; the short forms of CloudFormation's functions become
//! what they stand for ([`tag`]). What JSON has no word for is refused.

mod build;
mod offsets;
mod scalar;
mod tag;

use saphyr_parser::{Event, Parser};

use super::Node;
use crate::value::json::Error;
use build::Builder;
use offsets::Offsets;

/// Reads one YAML document with the place of every name and value. Where an alias stands, a scalar keeps the place that
/// its anchor has; a mapping or a sequence has the alias's, and its parts keep theirs.
pub fn read_yaml(text: &str) -> Result<Node, Error> {
    let offsets = Offsets::of(text);
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Error {
            offset: offsets.byte(error.marker().index()),
            message: error.info().trim_end_matches('.').to_owned(),
        })?;
        let at = offsets.byte(span.start.index())..offsets.byte(span.end.index());
        match event {
            Event::Scalar(text, style, anchor, tag) => builder.scalar(&text, style, anchor, tag.as_deref(), at)?,
            Event::SequenceStart(anchor, tag) => builder.open(build::Parts::items(), anchor, tag.as_deref(), at)?,
            Event::MappingStart(anchor, tag) => builder.open(build::Parts::members(), anchor, tag.as_deref(), at)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close(at)?,
            Event::Alias(anchor) => builder.alias(anchor, at)?,
            Event::DocumentStart(_) => builder.document(at)?,
            Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
    }
    Ok(builder.finish())
}

#[cfg(test)]
mod tests;
