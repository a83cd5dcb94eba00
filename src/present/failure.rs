//! Why an execution did not succeed: the state, the error and its cause, what was retried, and why nobody caught it.

use std::fmt::{self, Write};

use super::lanes::{FailedChild, Lanes, Visit};
use super::text::{List, block, count, one_line};
use super::{Ink, Style};
use crate::definition::{Catcher, Definition, Retrier, State, StateKind};
use crate::diagnostic::closest;
use crate::history::{Failure, LaneId, StateType};
use crate::value::Str;

/// Where the second column begins.
const COLUMN: usize = 10;
/// Characters of a name.
const NAME: usize = 200;

/// How an execution ended that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `FAILED`
    Failed,
    /// `TIMED_OUT`
    TimedOut,
    /// `ABORTED`
    Aborted,
}

/// Writes why the execution ended as it did. `lanes` has taken in all its events; the definition is the execution's,
/// if it is at hand: without, nothing is said about its retriers and catchers.
pub fn write(
    ending: Ending,
    failure: &Failure,
    lanes: &Lanes,
    definition: Option<&Definition>,
    style: Style,
    out: &mut dyn Write,
) -> fmt::Result {
    let chain = chain(failure, lanes.visit(LaneId::ROOT));
    writeln!(out, "{}{}", style.paint(Ink::Bad, ending.headline()), place(&chain, style))?;
    let mut report = Report { style, out };
    if let Some(error) = &failure.error {
        report.field("error", &one_line(error, NAME))?;
    }
    if let Some(cause) = failure.cause.as_deref().filter(|cause| !cause.is_empty()) {
        report.field("cause", &block(cause, COLUMN))?;
    }
    if let Some(Step { visit, .. }) = chain.last() {
        report.items(visit, failure)?;
    }
    if ending == Ending::Failed {
        for (outwards, step) in chain.iter().rev().enumerate() {
            report.handlers(step, outwards == 0, failure, definition)?;
        }
    }
    if ending == Ending::TimedOut {
        let limit = definition.and_then(|definition| definition.timeout_seconds);
        let limit = limit.map(|seconds| format!(" of {}", count(seconds, "second"))).unwrap_or_default();
        report.field(
            "caught",
            &format!("no: the state machine's own timeout{limit} has passed, which no state can catch"),
        )?;
    }
    Ok(())
}

impl Ending {
    fn headline(self) -> &'static str {
        match self {
            Ending::Failed => "failed",
            Ending::TimedOut => "timed out",
            Ending::Aborted => "aborted",
        }
    }
}

/// A state on the way from the machine to where it failed.
struct Step<'a> {
    visit: &'a Visit,
    /// The branch or iteration it was in.
    within: Option<&'a str>,
}

/// From the machine's own state inwards, as long as the error is the same.
fn chain<'a>(failure: &Failure, root: Option<&'a Visit>) -> Vec<Step<'a>> {
    let mut chain = Vec::new();
    let mut next = root.map(|visit| Step { visit, within: None });
    while let Some(step) = next {
        let child = step.visit.failed_child.as_deref().filter(|child| child.failure == *failure);
        next = child
            .and_then(|FailedChild { label, visit, .. }| Some(Step { visit: visit.as_ref()?, within: Some(label) }));
        chain.push(step);
    }
    chain
}

fn place(chain: &[Step<'_>], style: Style) -> String {
    let Some(last) = chain.last() else { return String::new() };
    let within: String =
        chain.iter().filter_map(|step| step.within).map(|label| format!("{label}{}", style.separator())).collect();
    let state = one_line(&format!("{within}{}", last.visit.name), NAME);
    format!(" in {} ({})", style.paint(Ink::Strong, state), last.visit.state_type.name())
}

struct Report<'a> {
    style: Style,
    out: &'a mut dyn Write,
}

impl Report<'_> {
    fn field(&mut self, name: &str, text: &str) -> fmt::Result {
        writeln!(self.out, "  {} {text}", self.style.paint(Ink::Dim, format_args!("{name:<7}")))
    }

    /// Which items of a Map failed, where it was that they were too many.
    fn items(&mut self, visit: &Visit, failure: &Failure) -> fmt::Result {
        let is_another = visit.failed_child.as_ref().is_some_and(|child| child.failure != *failure);
        let Some(items) = visit.items.filter(|items| items.failed > 0 && is_another) else { return Ok(()) };
        let mut lines = vec![format!("{} of {} failed", items.failed, count(items.length, "item"))];
        for (index, failure) in &visit.failed_items {
            let error = failure.error.as_deref().unwrap_or_default();
            let cause = failure.cause.as_deref().filter(|cause| !cause.is_empty());
            let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
            lines.push(one_line(&format!("{}[{index}] {error}{cause}", visit.name), NAME));
        }
        let more = items.failed - visit.failed_items.len() as u64;
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        self.field("items", &block(&lines.join("\n"), COLUMN))
    }

    /// What a state's retriers and catchers did with the error.
    fn handlers(
        &mut self,
        step: &Step<'_>,
        innermost: bool,
        failure: &Failure,
        definition: Option<&Definition>,
    ) -> fmt::Result {
        let Some(state) = definition.and_then(|definition| definition.states.get(step.visit.state as usize)) else {
            return Ok(());
        };
        let name = one_line(&state.name.value, NAME);
        match handlers(state) {
            None => {
                self.field("caught", &format!("no: {} `{name}` cannot have `Catch`", a_state(step.visit.state_type)))
            }
            Some((retry, catch)) => {
                if innermost || !retry.is_empty() {
                    self.field("retried", &retried(&name, retry, step.visit))?;
                }
                self.field("caught", &format!("no: {}", not_caught(&name, catch, failure)))
            }
        }
    }
}

/// The retriers and catchers of a state that can have them.
pub(super) fn handlers(state: &State) -> Option<(&[Retrier], &[Catcher])> {
    match &state.kind {
        StateKind::Task(task) => Some((&task.retry, &task.catch)),
        StateKind::Parallel(parallel) => Some((&parallel.retry, &parallel.catch)),
        StateKind::Map(map) => Some((&map.retry, &map.catch)),
        _ => None,
    }
}

pub(super) fn a_state(state_type: StateType) -> String {
    format!("the {} state", state_type.name())
}

pub(super) fn retried(name: &str, retry: &[Retrier], visit: &Visit) -> String {
    if retry.is_empty() {
        return format!("never: `{name}` has no `Retry`");
    }
    let used = |at: usize| visit.retries_by(at);
    let told = retry.iter().enumerate().filter(|(at, _)| used(*at) > 0);
    let mut parts: Vec<String> = told.map(|(at, retrier)| retrier_used(at, retrier, used(at))).collect();
    if parts.is_empty() {
        parts.extend(retry.iter().enumerate().map(|(at, retrier)| retrier_unused(at, retrier)));
        return format!("never: {}", parts.join("; "));
    }
    format!("{} by `{name}`: {}", times(u64::from(visit.retry_count())), parts.join("; "))
}

fn retrier_used(at: usize, retrier: &Retrier, used: u64) -> String {
    let limit = if used >= retrier.max_attempts { ", all its `MaxAttempts`" } else { "" };
    format!("Retry[{at}] for {} {}{limit}", names(&retrier.error_equals), times(used))
}

fn retrier_unused(at: usize, retrier: &Retrier) -> String {
    let why = if retrier.max_attempts == 0 { "has `MaxAttempts` 0" } else { "does not match" };
    format!("Retry[{at}] for {} {why}", names(&retrier.error_equals))
}

pub(super) fn not_caught(name: &str, catch: &[Catcher], failure: &Failure) -> String {
    if catch.is_empty() {
        return format!("`{name}` has no `Catch`");
    }
    let error = failure.error.as_deref().unwrap_or_default();
    let tried: Vec<String> = catch
        .iter()
        .enumerate()
        .map(|(at, catcher)| format!("Catch[{at}] for {}", names(&catcher.error_equals)))
        .collect();
    let tried = tried.join(", ");
    match error {
        "States.Runtime" => "`States.Runtime` is never caught, whatever `ErrorEquals` names".to_owned(),
        "" => format!("the error has no name, and {tried} of `{name}` needs one"),
        "States.Timeout" if lists(catch, "States.TaskFailed") => {
            format!("{tried} of `{name}`: `States.TaskFailed` matches every error but `States.Timeout`")
        }
        error => {
            let verb = if catch.len() == 1 { "does" } else { "do" };
            let near = nearly(catch, error).map(|name| format!("; is `{name}` meant to?")).unwrap_or_default();
            format!("{tried} of `{name}` {verb} not match `{}`{near}", one_line(error, NAME))
        }
    }
}

/// A name in `Catch` that was probably meant to be this error's.
fn nearly<'a>(catch: &'a [Catcher], error: &str) -> Option<&'a str> {
    closest(error, catch.iter().flat_map(|catcher| &catcher.error_equals).map(|name| &**name))
}

fn lists(catch: &[Catcher], name: &str) -> bool {
    catch.iter().any(|catcher| catcher.error_equals.iter().any(|error| **error == *name))
}

pub(super) fn names(names: &[Str]) -> String {
    one_line(&List(names).to_string(), NAME)
}

fn times(number: u64) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::history::{Kind, Note};

    fn report(ending: Ending, failure: &Failure, sample: &Sample, definition: &Definition) -> String {
        let mut out = String::new();
        write(ending, failure, &sample.lanes(), Some(definition), PLAIN, &mut out).unwrap();
        out
    }

    /// `Charge`, a task with these fields, and `Stop`.
    fn charging(fields: &str) -> Definition {
        let charge = format!(r#"{{"Type":"Task","Resource":"sh:x","Next":"Stop"{fields}}}"#);
        definition(&[("Charge", &charge), ("Stop", r#"{"Type":"Fail"}"#)])
    }

    fn charge(failure: &Failure) -> Sample {
        Sample::started().then(0, 0, entered(StateType::Task, "Charge", 0)).then(0, 9, task_failed(failure.clone()))
    }

    #[test]
    fn it_names_the_state_the_retries_and_the_catchers() {
        let declined = failure("Declined", r#"{"why":"no money"}"#);
        let definition = charging(
            r#","Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["Busy"],"Next":"Stop"}]"#,
        );
        let sample = charge(&declined).then(0, 9, retry(0, 10)).then(0, 12, task_failed(declined.clone()));
        assert_eq!(
            report(Ending::Failed, &declined, &sample, &definition),
            "\
failed in Charge (Task)
  error   Declined
  cause   {
            \"why\": \"no money\"
          }
  retried once by `Charge`: Retry[0] for `States.ALL` once, all its `MaxAttempts`
  caught  no: Catch[0] for `Busy` of `Charge` does not match `Declined`
"
        );
    }

    #[test]
    fn within_a_branch_it_tells_every_level() {
        let declined = failure("Declined", "");
        let definition = definition(&[(
            "Fan",
            r#"{"Type":"Parallel","End":true,"Branches":[
                {"StartAt":"Charge","States":{"Charge":{"Type":"Task","Resource":"sh:x","End":true}}}]}"#,
        )]);
        let sample = Sample::started()
            .then(0, 0, entered(StateType::Parallel, "Fan", 0))
            .then(0, 0, branches_started(1, 1))
            .then(1, 0, entered(StateType::Task, "Charge", 1))
            .then(1, 9, task_failed(declined.clone()))
            .then(1, 9, Kind::Note(Note::BranchFailed(declined.clone())))
            .then(0, 9, Kind::ParallelStateFailed);
        assert_eq!(
            report(Ending::Failed, &declined, &sample, &definition),
            "\
failed in Fan#0 › Charge (Task)
  error   Declined
  retried never: `Charge` has no `Retry`
  caught  no: `Charge` has no `Catch`
  caught  no: `Fan` has no `Catch`
"
        );
    }

    #[test]
    fn of_too_many_failed_items_it_names_some() {
        let late = |cause: &str| failure("Late", cause);
        let item = |index, cause: &str| Kind::MapIterationFailed(iteration("Ship", index), late(cause));
        let sample = Sample::started()
            .then(0, 0, entered(StateType::Map, "Ship", 0))
            .then(0, 0, map_started(3))
            .then(1, 0, iteration_started("Ship", 0))
            .then(2, 0, iteration_started("Ship", 1))
            .then(1, 1, item(0, "no\ntruck"))
            .then(2, 1, item(1, ""))
            .then(0, 2, Kind::MapStateFailed);
        let over = failure("States.ExceedToleratedFailureThreshold", "too many");
        let definition = definition(&[(
            "Ship",
            r#"{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"Go","States":{"Go":{"Type":"Pass","End":true}}}}"#,
        )]);
        assert_eq!(
            report(Ending::Failed, &over, &sample, &definition),
            "\
failed in Ship (Map)
  error   States.ExceedToleratedFailureThreshold
  cause   too many
  items   2 of 3 items failed
          Ship[0] Late: no truck
          Ship[1] Late
  retried never: `Ship` has no `Retry`
  caught  no: `Ship` has no `Catch`
"
        );
    }

    #[test]
    fn it_knows_what_cannot_be_caught() {
        let definition = charging(r#","Catch":[{"ErrorEquals":["States.ALL"],"Next":"Stop"}]"#);
        let runtime = failure("States.Runtime", "x");
        let text = report(Ending::Failed, &runtime, &charge(&runtime), &definition);
        assert!(text.contains("`States.Runtime` is never caught"), "{text}");
        let stop = Sample::started().then(0, 0, entered(StateType::Fail, "Stop", 1));
        let text = report(Ending::Failed, &failure("Mine", ""), &stop, &definition);
        assert!(text.contains("no: the Fail state `Stop` cannot have `Catch`"), "{text}");
        let timeout = Failure { error: Some("States.Timeout".into()), cause: None };
        let text = report(Ending::TimedOut, &timeout, &stop, &definition);
        assert!(text.contains("own timeout of 60 seconds has passed"), "{text}");
    }

    #[test]
    fn it_sees_a_slip_in_a_name() {
        let definition = charging(r#","Catch":[{"ErrorEquals":["CardDeclned"],"Next":"Stop"}]"#);
        let declined = failure("CardDeclined", "");
        let text = report(Ending::Failed, &declined, &charge(&declined), &definition);
        assert!(text.contains("does not match `CardDeclined`; is `CardDeclned` meant to?"), "{text}");
    }

    #[test]
    fn it_tells_that_task_failed_does_not_take_timeouts() {
        let definition = charging(r#","Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"Stop"}]"#);
        let timeout = Failure { error: Some("States.Timeout".into()), cause: None };
        let text = report(Ending::Failed, &timeout, &charge(&timeout), &definition);
        assert!(text.contains("matches every error but `States.Timeout`"), "{text}");
    }
}
