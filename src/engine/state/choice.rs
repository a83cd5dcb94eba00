use crate::definition::Choice;
use crate::engine::context::{Extra, StateScope};
use crate::engine::decide::{Cx, Step};
use crate::engine::pipeline::Site;

/// The first rule that holds decides where to go, and which variables are assigned: its own, else the state's.
pub(super) fn decide(site: &Site<'_>, cx: &mut Cx<'_>, choice: &Choice) -> Step {
    let input = site.effective_input()?;
    let scope = StateScope::new(site.execution, site.lane, &input, Extra::None);
    let mut taken = None;
    for rule in &choice.rules {
        if site.holds(&rule.test, &scope)? {
            taken = Some((&rule.next, rule.assign.as_ref()));
            break;
        }
    }
    let default = choice.default.as_ref().map(|next| (next, site.state.assign.as_ref()));
    let Some((next, assign)) = taken.or(default) else {
        let cause = "Failed to transition out of the state. The state does not point to a next state.";
        return Err(site.failure("States.NoChoiceMatched", cause));
    };
    let assigned = site.assigned(cx, assign, &input)?;
    let output = site.select(&site.state.paths.output, &input)?;
    Ok(Some(site.exited(output, assigned, Some(site.machine.target(next).0))))
}
