//! From the parser's events to nodes. No recursion: what is open lies on a stack.

use hashbrown::{HashMap, HashSet};
use saphyr_parser::{ScalarStyle, Tag};

use super::tag;
use crate::source::{Kind, Member, Node, Span};
use crate::value::json::{Error, Range};
use crate::value::{MAX_DEPTH, Str};

/// As many values as anchors and aliases may stand for: a few lines of aliases of aliases could fill the memory.
const MOST_COPIES: usize = 1_000_000;

pub(super) struct Builder<'t> {
    text: &'t str,
    open: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    copies: usize,
    root: Option<Node>,
    documents: usize,
}

/// A sequence or a mapping whose end is still to come.
struct Frame {
    start: usize,
    parts: Parts,
    anchor: usize,
    tag: Option<Tag>,
    /// Nodes in it.
    size: usize,
    /// How deep it nests.
    depth: usize,
}

pub(super) enum Parts {
    Items(Vec<Node>),
    Members { members: Vec<(Member, Origin)>, key: Option<Key> },
}

/// Whether a member was written there, or merged.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Origin {
    Written,
    Merged,
}

/// The name of a member whose value is still to come.
pub(super) enum Key {
    Name(Str, Span),
    /// `<<`
    Merge,
}

/// What an anchor names.
struct Anchored {
    node: Node,
    size: usize,
    depth: usize,
}

impl Parts {
    pub(super) fn items() -> Parts {
        Parts::Items(Vec::new())
    }

    pub(super) fn members() -> Parts {
        Parts::Members { members: Vec::new(), key: None }
    }
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Builder<'t> {
        Builder { text, open: Vec::new(), anchors: HashMap::new(), copies: 0, root: None, documents: 0 }
    }

    /// The document, `null` where there is none.
    pub(super) fn finish(self) -> Node {
        self.root.unwrap_or(Node { span: Span::default(), kind: Kind::Null })
    }

    pub(super) fn document(&mut self, at: Range) -> Result<(), Error> {
        self.documents += 1;
        match self.documents {
            1 => Ok(()),
            _ => Err(error(at.start, "a definition is one document, and here begins another")),
        }
    }

    pub(super) fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: Range,
    ) -> Result<(), Error> {
        let written = length(&self.text[at.clone()], style);
        let start = self.start_with_tag(at.start, tag);
        let span = Span { start: start as u32, end: (at.start + written) as u32 };
        if self.wants_key() {
            let key = match (text, style, tag) {
                ("<<", ScalarStyle::Plain, None) => Key::Merge,
                _ => Key::Name(text.into(), span),
            };
            self.remember(anchor, || Node { span, kind: Kind::String(text.into()) }, 1, 0, at.start)?;
            self.set_key(key);
            return Ok(());
        }
        let kind = tag::scalar(text, style, tag, span).map_err(|message| error(start, message))?;
        self.complete(Node { span, kind }, anchor, 1, 0)
    }

    pub(super) fn open(&mut self, parts: Parts, anchor: usize, tag: Option<&Tag>, at: Range) -> Result<(), Error> {
        if self.wants_key() {
            return Err(error(at.start, "a name must be a text"));
        }
        if self.open.len() == usize::from(MAX_DEPTH) {
            return Err(too_deep(at.start));
        }
        let start = self.start_with_tag(at.start, tag);
        self.open.push(Frame { start, parts, anchor, tag: tag.cloned(), size: 1, depth: 1 });
        Ok(())
    }

    pub(super) fn close(&mut self, at: Range) -> Result<(), Error> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let last = match &frame.parts {
            Parts::Items(items) => items.last().map(|item| item.span.end),
            Parts::Members { members, .. } => members.last().map(|(member, _)| member.value.span.end),
        };
        let is_flow = self.text[..at.end].ends_with([']', '}']);
        let end = if is_flow { at.end as u32 } else { last.unwrap_or(frame.start as u32) };
        let span = Span { start: frame.start as u32, end: end.max(frame.start as u32) };
        let kind = match frame.parts {
            Parts::Items(items) => Kind::Array(items),
            Parts::Members { members, .. } => Kind::Object(without_overridden(members)),
        };
        let node = tag::collection(Node { span, kind }, frame.tag.as_ref());
        let node = node.map_err(|message| error(frame.start, message))?;
        self.complete(node, frame.anchor, frame.size, frame.depth)
    }

    pub(super) fn alias(&mut self, anchor: usize, at: Range) -> Result<(), Error> {
        let Some(Anchored { node, size, depth }) = self.anchors.get(&anchor) else {
            return Err(error(at.start, "an alias cannot stand within what it stands for"));
        };
        if self.open.len() + depth > usize::from(MAX_DEPTH) {
            return Err(too_deep(at.start));
        }
        let (mut node, size, depth) = (node.clone(), *size, *depth);
        self.copy(size, at.start)?;
        if self.wants_key() {
            let Kind::String(name) = node.kind else { return Err(error(at.start, "a name must be a text")) };
            self.set_key(Key::Name(name, node.span));
            return Ok(());
        }
        if matches!(node.kind, Kind::Array(_) | Kind::Object(_)) {
            node.span = Span { start: at.start as u32, end: at.end as u32 };
        }
        self.complete(node, 0, size, depth)
    }

    /// A value with all its parts: it goes into what is open.
    fn complete(&mut self, node: Node, anchor: usize, size: usize, depth: usize) -> Result<(), Error> {
        self.remember(anchor, || node.clone(), size, depth, node.span.start as usize)?;
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.size += size;
        frame.depth = frame.depth.max(depth + 1);
        match &mut frame.parts {
            Parts::Items(items) => items.push(node),
            Parts::Members { members, key } => match key.take() {
                Some(Key::Name(name, name_span)) => {
                    members.push((Member { name, name_span, value: node }, Origin::Written));
                }
                Some(Key::Merge) => merge(node, members)?,
                None => {}
            },
        }
        Ok(())
    }

    /// Keeps what an anchor names; 0 is no anchor.
    fn remember(
        &mut self,
        anchor: usize,
        node: impl FnOnce() -> Node,
        size: usize,
        depth: usize,
        at: usize,
    ) -> Result<(), Error> {
        if anchor > 0 {
            self.copy(size, at)?;
            self.anchors.insert(anchor, Anchored { node: node(), size, depth });
        }
        Ok(())
    }

    fn copy(&mut self, size: usize, at: usize) -> Result<(), Error> {
        self.copies += size;
        match self.copies > MOST_COPIES {
            true => Err(error(at, format!("aliases stand for more than {MOST_COPIES} values"))),
            false => Ok(()),
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Frame { parts: Parts::Members { key: None, .. }, .. }))
    }

    fn set_key(&mut self, next: Key) {
        if let Some(Frame { parts: Parts::Members { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(next);
        }
    }

    /// Where a value begins, its tag included: the parser's place is behind that.
    fn start_with_tag(&self, start: usize, tag: Option<&Tag>) -> usize {
        tag.and_then(|_| self.text[..start].rfind('!')).unwrap_or(start)
    }
}

/// How much of what the parser gives is the scalar: it also gives the space and the comment behind it.
fn length(text: &str, style: ScalarStyle) -> usize {
    let closed = match style {
        ScalarStyle::SingleQuoted => closing(text, '\'', '\''),
        ScalarStyle::DoubleQuoted => closing(text, '"', '\\'),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => None,
    };
    closed.unwrap_or_else(|| text.trim_end().len())
}

/// The length up to the closing quote. What follows `escape` closes nothing; a quote that is its own escape stands twice.
fn closing(text: &str, quote: char, escape: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let doubles = chars.peek().is_some_and(|(_, next)| *next == quote);
        if c == escape && (escape != quote || doubles) {
            chars.next();
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

/// `<<`: the members of a mapping, or of each of a sequence of mappings.
fn merge(node: Node, members: &mut Vec<(Member, Origin)>) -> Result<(), Error> {
    let start = node.span.start as usize;
    let mappings = match node.kind {
        Kind::Array(items) => items,
        _ => vec![node],
    };
    for mapping in mappings {
        if !matches!(mapping.kind, Kind::Object(_)) {
            return Err(error(start, "`<<` merges mappings only"));
        }
        members.extend(mapping.members().into_iter().map(|member| (member.clone(), Origin::Merged)));
    }
    Ok(())
}

/// What is written counts before what is merged, and what is merged first before the rest.
fn without_overridden(members: Vec<(Member, Origin)>) -> Vec<Member> {
    if members.iter().all(|(_, origin)| *origin == Origin::Written) {
        return members.into_iter().map(|(member, _)| member).collect();
    }
    let is_written = |(_, origin): &&(Member, Origin)| *origin == Origin::Written;
    let mut taken: HashSet<Str> = members.iter().filter(is_written).map(|(member, _)| member.name.clone()).collect();
    let mut kept = members;
    kept.retain(|(member, origin)| *origin == Origin::Written || taken.insert(member.name.clone()));
    kept.into_iter().map(|(member, _)| member).collect()
}

fn error(offset: usize, message: impl Into<String>) -> Error {
    Error { offset, message: message.into() }
}

fn too_deep(offset: usize) -> Error {
    error(offset, format!("more than {MAX_DEPTH} sequences and mappings within each other"))
}
