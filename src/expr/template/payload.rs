//! Templates of JSONPath states: names that end in `.$`.

use std::collections::HashMap;

use super::super::{Expression, SyntaxError};
use super::{BadField, Field, Part, array, object};
use crate::source::{Kind, Member, Node};
use crate::value::{Str, Value};

/// What a member's name ends in when its value is an expression.
const MARK: &str = ".$";

/// Reads one part of a template; a part that holds no expression becomes its value. Like evaluation it recurses by loops,
/// not through iterators, whose frames would add up at the depth a definition may have.
pub(super) fn read(node: &Node, faults: &mut Vec<BadField>) -> Part {
    match &node.kind {
        Kind::Array(items) => {
            let mut parts = Vec::with_capacity(items.len());
            for item in items {
                parts.push(read(item, faults));
            }
            array(parts)
        }
        Kind::Object(members) => object(read_members(members, faults)),
        _ => Part::Constant(node.to_value()),
    }
}

/// Of repeated names the last wins, at the place of the first, as in any object. `a` beside `a.$` is a fault.
fn read_members(members: &[Member], faults: &mut Vec<BadField>) -> Vec<(Str, Part)> {
    let mut parts: Vec<(Str, Part)> = Vec::with_capacity(members.len());
    let mut places: HashMap<&str, (usize, bool)> = HashMap::new();
    for member in members {
        let (name, dynamic) = match member.name.strip_suffix(MARK) {
            Some(name) => (name, true),
            None => (&*member.name, false),
        };
        let part = if dynamic { read_field(member, faults) } else { read(&member.value, faults) };
        match places.get(name) {
            None => {
                places.insert(name, (parts.len(), dynamic));
                parts.push((if dynamic { name.into() } else { member.name.clone() }, part));
            }
            Some(&(place, before)) if before == dynamic => parts[place].1 = part,
            Some(_) => faults.push(bad(member, 0, format!("`{name}` and `{name}{MARK}` give the same name"))),
        }
    }
    parts
}

fn read_field(member: &Member, faults: &mut Vec<BadField>) -> Part {
    let Some(text) = member.value.as_str() else {
        faults.push(bad(member, 0, "expected a string: a path (`$…`) or an intrinsic function (`States.…`)".into()));
        return Part::Constant(Value::Null);
    };
    match Expression::parse(text) {
        Ok(expression) => Part::Dynamic(Box::new(Field { name: member.name.clone(), expression })),
        Err(SyntaxError { offset, message }) => {
            faults.push(bad(member, offset, message));
            Part::Constant(Value::Null)
        }
    }
}

fn bad(member: &Member, offset: usize, message: String) -> BadField {
    BadField { field: member.name.clone(), span: member.value.span, error: SyntaxError { offset, message } }
}
