//! Tags: `!!str` and its like, and the short forms of CloudFormation's functions.
//!
//! `!Sub text` is the text with its `${Placeholder}`s, `!Ref Name` and `!GetAtt Name.Attribute` are placeholders alone;
//! every other function is what its long form would be: `{"Fn::Join": …}`.

use saphyr_parser::{ScalarStyle, Tag};

use super::scalar::resolve;
use crate::source::{Kind, Member, Node, Span};

/// CloudFormation's functions that have a short form.
const FUNCTIONS: [&str; 17] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
];

/// What a scalar with this tag, or with none, is; an objection where that is nothing.
pub(super) fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Result<Kind, String> {
    let string = || Kind::String(text.into());
    let Some(tag) = tag else {
        return match style {
            ScalarStyle::Plain => resolve(text).map_err(str::to_owned),
            _ => Ok(string()),
        };
    };
    match tag.suffix.as_str() {
        "str" if tag.is_yaml_core_schema() => Ok(string()),
        "null" | "bool" | "int" | "float" if tag.is_yaml_core_schema() => resolve(text).map_err(str::to_owned),
        "!" if tag.handle.is_empty() => Ok(string()),
        "Sub" if is_local(tag) => Ok(string()),
        "Ref" | "GetAtt" if is_local(tag) => Ok(Kind::String(format!("${{{text}}}").into())),
        _ => collection(Node { span, kind: string() }, Some(tag)).map(|node| node.kind),
    }
}

/// What a sequence or a mapping with this tag is.
pub(super) fn collection(node: Node, tag: Option<&Tag>) -> Result<Node, String> {
    let Some(tag) = tag else { return Ok(node) };
    if tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "seq" | "map") {
        return Ok(node);
    }
    match FUNCTIONS.iter().find(|name| is_local(tag) && **name == tag.suffix) {
        Some(name) => {
            let span = node.span;
            let member = Member { name: format!("Fn::{name}").into(), name_span: span, value: node };
            Ok(Node { span, kind: Kind::Object(vec![member]) })
        }
        None => Err(format!("the tag `{tag}` means nothing here")),
    }
}

fn is_local(tag: &Tag) -> bool {
    tag.handle == "!"
}
