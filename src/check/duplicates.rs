//! Fields given twice: JSON allows it, and the last one silently wins.

use hashbrown::HashSet;

use super::Subject;
use crate::diagnostic::{Findings, rule};
use crate::source::{Kind, Member, Node, Place, are_distinct};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    visit(subject.root, &Place::ROOT, findings);
}

fn visit(node: &Node, place: &Place<'_>, findings: &mut Findings) {
    match &node.kind {
        Kind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &place.item(index), findings);
            }
        }
        Kind::Object(members) => {
            if !are_distinct(members) {
                overridden(members, place, findings);
            }
            members.iter().for_each(|member| visit(&member.value, &place.name(&member.name), findings));
        }
        _ => {}
    }
}

fn overridden(members: &[Member], place: &Place<'_>, findings: &mut Findings) {
    let mut later = HashSet::with_capacity(members.len());
    for member in members.iter().rev() {
        if !later.insert(&*member.name) {
            let found = rule::DUPLICATE_FIELD.found(format!("`{}` is given again further down", member.name));
            findings.add(found.at(member.name_span).location(place.name(&member.name)).label("this one is ignored"));
        }
    }
}
