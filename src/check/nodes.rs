//! The JSON of each state, for the places that its typed form does not keep.

use crate::definition::{Definition, Flow, Seat};
use crate::source::{Kind, Node};

/// The value of each state, by its index. A state's flow is read before the flows within it, and in the same order.
pub(super) fn of_states<'a>(root: &'a Node, definition: &Definition) -> Vec<&'a Node> {
    let mut states = vec![root; definition.states.len()];
    for flow in &definition.flows {
        let Some(node) = of_flow(root, flow, &states).and_then(|node| node.member("States")) else { continue };
        for (id, member) in flow.states.iter().zip(node.value.members()) {
            states[id.0 as usize] = &member.value;
        }
    }
    states
}

fn of_flow<'a>(root: &'a Node, flow: &Flow, states: &[&'a Node]) -> Option<&'a Node> {
    let parent = flow.parent.map(|id| states[id.0 as usize]);
    match (flow.seat, parent) {
        (Seat::Branch(index), Some(parent)) => match &parent.member("Branches")?.value.kind {
            Kind::Array(branches) => branches.get(index as usize),
            _ => None,
        },
        (Seat::ItemProcessor, Some(parent)) => Some(&parent.member("ItemProcessor")?.value),
        (Seat::Iterator, Some(parent)) => Some(&parent.member("Iterator")?.value),
        _ => Some(root),
    }
}
