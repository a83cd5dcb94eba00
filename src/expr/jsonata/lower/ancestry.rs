//! `%`: which step's parent it means. Each `%` has a slot that looks through the steps before it, level by level; the
//! step that it finds binds its own parent under the slot's label.

use super::{Builder, Error, Kind, NodeId, Syntax};

/// A `%` on its way to its step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// What the parent is bound under. Several `%` that find the same step share a label.
    pub label: u32,
    /// Steps yet to go; 0 when it has arrived.
    pub level: i32,
}

impl Builder<'_> {
    /// A `%`.
    pub(super) fn parent(&mut self, syntax: &Syntax) -> NodeId {
        let slot = self.slots.len() as u32;
        self.slots.push(Slot { label: slot, level: 1 });
        self.add(Kind::Parent(slot), syntax)
    }

    /// Hands what `value` could not find on to `result`, of which it is a part.
    pub(super) fn push_ancestry(&mut self, result: NodeId, value: NodeId) {
        let node = self.at(value);
        let mut slots = node.seeking().cloned();
        if let Kind::Parent(slot) = node.kind {
            slots.get_or_insert_default().push(slot);
        }
        if let Some(slots) = slots {
            self.extra(result).seeking.get_or_insert_default().extend(slots);
        }
    }

    /// What the last step of `path` seeks is sought in the steps before it.
    pub(super) fn resolve_ancestry(&mut self, path: NodeId) -> Result<(), Error> {
        let steps = self.steps(path);
        let Some(last) = steps.last().map(|last| self.at(*last)) else { return Ok(()) };
        let mut slots = last.seeking().cloned().unwrap_or_default();
        if let Kind::Parent(slot) = last.kind {
            slots.push(slot);
        }
        for slot in slots {
            self.seek_in_steps(path, &steps, slot)?;
        }
        Ok(())
    }

    fn seek_in_steps(&mut self, path: NodeId, steps: &[NodeId], slot: u32) -> Result<(), Error> {
        let mut before = steps[..steps.len() - 1].iter().rev().copied().peekable();
        while self.slots[slot as usize].level > 0 {
            let Some(mut step) = before.next() else {
                self.extra(path).seeking.get_or_insert_default().push(slot);
                break;
            };
            // Of contiguous steps that bind a variable, the first has the parent.
            while self.has_focus(step) && before.peek().is_some_and(|next| self.has_focus(*next)) {
                step = before.next().unwrap_or(step);
            }
            self.seek_parent(step, slot)?;
        }
        Ok(())
    }

    /// Looks for the slot's step in `node`.
    pub(super) fn seek_parent(&mut self, node: NodeId, slot: u32) -> Result<(), Error> {
        match &self.at(node).kind {
            Kind::Name(_) | Kind::Wildcard => self.pass_step(node, slot),
            Kind::Parent(_) => self.slots[slot as usize].level += 1,
            Kind::Block(parts, _) => {
                if let Some(&last) = parts.last() {
                    self.at_mut(node).tuple = true;
                    self.seek_parent(last, slot)?;
                }
            }
            Kind::Path(steps, _) => {
                let steps = steps.clone();
                self.at_mut(node).tuple = true;
                for (at, &step) in steps.iter().rev().enumerate() {
                    if at > 0 && self.slots[slot as usize].level <= 0 {
                        break;
                    }
                    self.seek_parent(step, slot)?;
                }
            }
            _ => return Err(self.place(Error::of("S0217"), node).about(self.at(node).type_name())),
        }
        Ok(())
    }

    fn pass_step(&mut self, step: NodeId, slot: u32) {
        self.slots[slot as usize].level -= 1;
        if self.slots[slot as usize].level != 0 {
            return;
        }
        if let Some(earlier) = self.extra(step).ancestor.replace(slot) {
            self.slots[slot as usize].label = self.slots[earlier as usize].label;
        }
        self.at_mut(step).tuple = true;
    }

    fn has_focus(&self, step: NodeId) -> bool {
        self.at(step).extra.as_ref().is_some_and(|extra| extra.focus.is_some())
    }
}
