//! `${Name}`: what a template leaves to be filled in before a definition means anything.
//!
//! Filling works on the tree, not on the text, so that every place stays the one the author knows. It does not know
//! where a value comes from.

use super::{Kind, Member, Node, Place, Source, Span, read_json};
use crate::value::json::placeholder_length;
use crate::value::{MAX_DEPTH, Str};

/// What a YAML text begins with where it has a tag: `!Ref Name` is a placeholder.
const FUNCTION_TAG: char = '!';

/// A placeholder that nothing filled.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfilled {
    /// `Name` of `${Name}`; of a template function its name, such as `Fn::GetAtt`.
    pub name: Str,
    /// Where the placeholder itself stands.
    pub span: Span,
    /// The field that holds it, in the service's form: `/States/T/Resource`.
    pub location: String,
}

/// Fills every placeholder in texts and names of `root`, which was read from `source`, with what `value_of` gives for
/// its name. An unquoted one becomes the JSON value that its text spells, else that text as a string. Returns those
/// that are left, in the order of the text.
pub fn fill<'v>(root: &mut Node, source: &Source, value_of: &dyn Fn(&str) -> Option<&'v str>) -> Vec<Unfilled> {
    let mut filler = Filler { source, value_of, unfilled: Vec::new() };
    filler.node(root, &Place::ROOT, 1);
    filler.unfilled
}

/// The name of the template function that stands here in the place of a value: `{"Ref": …}`, `{"Fn::GetAtt": …}`.
pub fn function(node: &Node) -> Option<&Str> {
    match &node.kind {
        Kind::Object(members) => match members.as_slice() {
            [member] if *member.name == *"Ref" || member.name.starts_with("Fn::") => Some(&member.name),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a text holds a placeholder.
pub fn is_in(text: &str) -> bool {
    first(text).is_some()
}

/// Whether the author wrote a placeholder and nothing else here, in quotes or not.
pub fn stands_alone(source: &Source, span: Span) -> bool {
    let text = source.slice(span);
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let bare = within('"').or_else(|| within('\'')).unwrap_or(text);
    placeholder_length(bare) == Some(bare.len()) || text.starts_with(FUNCTION_TAG)
}

/// Whether the author wrote a placeholder here, filled by now or not.
pub fn is_written(source: &Source, span: Span) -> bool {
    let text = source.slice(span);
    is_in(text) || text.starts_with(FUNCTION_TAG)
}

struct Filler<'s, 'v> {
    source: &'s Source,
    value_of: &'s dyn Fn(&str) -> Option<&'v str>,
    unfilled: Vec<Unfilled>,
}

impl Filler<'_, '_> {
    fn node(&mut self, node: &mut Node, place: &Place<'_>, depth: u16) {
        match &mut node.kind {
            Kind::String(text) => {
                let Some(filled) = self.text(text, node.span, place) else { return };
                node.kind = match self.is_quoted(node.span) {
                    true => Kind::String(filled),
                    false => json(&filled, node.span, depth).unwrap_or(Kind::String(filled)),
                };
            }
            Kind::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.node(item, &place.item(index), depth + 1);
                }
            }
            Kind::Object(members) => members.iter_mut().for_each(|member| self.member(member, place, depth)),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
        }
    }

    fn member(&mut self, member: &mut Member, place: &Place<'_>, depth: u16) {
        if let Some(filled) = self.text(&member.name, member.name_span, place) {
            member.name = filled;
        }
        self.node(&mut member.value, &place.name(&member.name), depth + 1);
    }

    /// The text with its placeholders filled; none when nothing changed.
    fn text(&mut self, text: &str, span: Span, place: &Place<'_>) -> Option<Str> {
        first(text)?;
        let mut filled = String::new();
        let mut rest = text;
        let mut count = 0;
        while let Some((at, name)) = first(rest) {
            let end = at + name.len() + "${}".len();
            match (self.value_of)(name) {
                Some(value) => {
                    filled.push_str(&rest[..at]);
                    filled.push_str(value);
                    if let Some((_, within)) = first(value) {
                        self.leave(within, count, span, place);
                    }
                }
                None => {
                    filled.push_str(&rest[..end]);
                    self.leave(name, count, span, place);
                }
            }
            rest = &rest[end..];
            count += 1;
        }
        filled.push_str(rest);
        (filled != text).then(|| filled.into())
    }

    fn leave(&mut self, name: &str, index: usize, span: Span, place: &Place<'_>) {
        let span = self.nth(index, span).unwrap_or(span);
        self.unfilled.push(Unfilled { name: name.into(), span, location: place.to_string() });
    }

    /// The place of the placeholder with this index in the text as written; escapes may hide it.
    fn nth(&self, index: usize, span: Span) -> Option<Span> {
        let text = self.source.slice(span);
        let mut from = 0;
        for _ in 0..index {
            let (at, name) = first(&text[from..])?;
            from += at + name.len() + "${}".len();
        }
        let (at, name) = first(&text[from..])?;
        let start = span.start + (from + at) as u32;
        Some(Span { start, end: start + (name.len() + "${}".len()) as u32 })
    }

    fn is_quoted(&self, span: Span) -> bool {
        self.source.slice(span).starts_with(['"', '\''])
    }
}

/// The first placeholder: its offset and its name.
fn first(text: &str) -> Option<(usize, &str)> {
    text.match_indices("${").find_map(|(at, _)| {
        let length = placeholder_length(&text[at..])?;
        Some((at, &text[at + "${".len()..at + length - "}".len()]))
    })
}

/// The value that `text` spells, all of it at `span`; none where it is no JSON, or nests too deeply at this depth.
fn json(text: &str, span: Span, depth: u16) -> Option<Kind> {
    let mut node = read_json(text).ok()?;
    (move_to(&mut node, span) + depth <= MAX_DEPTH + 1).then_some(node.kind)
}

/// Gives a tree one place; returns how deep it nests.
fn move_to(node: &mut Node, span: Span) -> u16 {
    node.span = span;
    match &mut node.kind {
        Kind::Array(items) => 1 + items.iter_mut().map(|item| move_to(item, span)).max().unwrap_or(0),
        Kind::Object(members) => {
            let deepest = members.iter_mut().map(|member| {
                member.name_span = span;
                move_to(&mut member.value, span)
            });
            1 + deepest.max().unwrap_or(0)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> (String, Vec<Unfilled>) {
        let source = Source::new("x", text);
        let mut node = read_json(text).unwrap();
        let known = |name: &str| match name {
            "AWS::Region" => Some("eu-1"),
            "five" => Some("5"),
            "list" => Some("[1, 2]"),
            "nested" => Some("${again}"),
            _ => None,
        };
        let unfilled = fill(&mut node, &source, &known);
        (node.to_value().to_json(), unfilled)
    }

    fn left(text: &str) -> Vec<(String, String, String)> {
        let unfilled = filled(text).1.into_iter();
        unfilled.map(|u| (u.name.to_string(), Source::new("x", text).slice(u.span).to_owned(), u.location)).collect()
    }

    #[test]
    fn texts_and_names_are_filled_wherever_they_stand() {
        assert_eq!(filled(r#"{"a-${five}":["${AWS::Region}/${five}"]}"#).0, r#"{"a-5":["eu-1/5"]}"#);
    }

    #[test]
    fn what_is_unquoted_becomes_the_value_it_spells() {
        assert_eq!(filled(r#"[${five}, "${five}", ${list}, ${AWS::Region}]"#).0, r#"[5,"5",[1,2],"eu-1"]"#);
    }

    #[test]
    fn what_nothing_fills_is_left_and_told() {
        let text = r#"{"a": {"b": ["x${five}${no}y", ${gone}]}}"#;
        assert_eq!(filled(text).0, r#"{"a":{"b":["x5${no}y","${gone}"]}}"#);
        let told = |name: &str, at: &str| (name.to_owned(), format!("${{{name}}}"), at.to_owned());
        assert_eq!(left(text), [told("no", "/a/b[0]"), told("gone", "/a/b[1]")]);
    }

    #[test]
    fn a_placeholder_in_a_value_is_not_filled_again() {
        assert_eq!(left(r#"["${nested}"]"#), [("again".into(), "${nested}".into(), "[0]".into())]);
    }

    #[test]
    fn what_only_looks_like_a_placeholder_stays() {
        let text = r#"["${", "${}", "${a b}", "$${", "${!Literal}"]"#;
        assert_eq!(filled(text), (read_json(text).unwrap().to_value().to_json(), Vec::new()));
    }

    #[test]
    fn a_value_that_would_nest_too_deeply_stays_a_text() {
        let deep = format!("{}${{list}}{}", "[".repeat(1_000), "]".repeat(1_000));
        assert!(filled(&deep).0.contains("\"[1, 2]\""));
    }
}
