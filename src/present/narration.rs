//! What our own events say beyond the service's form: the state they belong to, what took how long, and which retrier or
//! catcher took a failure and why the others did not.

use hashbrown::HashSet;

use super::Style;
use super::failure::{a_state, handlers, names, not_caught, retried};
use super::lanes::{Lanes, Visit};
use super::text::{duration, one_line};
use crate::definition::{Catcher, Definition, takes};
use crate::history::{Event, Failure, Kind, LaneId, Note};

/// Characters of an error's name.
const NAME: usize = 80;

/// What is known of an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Its state, after those it stands in: `Ship[2] › Charge`.
    pub state: String,
    /// Seconds that what ends with it has taken.
    pub took: Option<f64>,
    /// What became of the failure before it.
    pub notes: Vec<String>,
}

/// Goes through the events of an execution, notes too.
#[derive(Debug, Default)]
pub struct Narrator {
    lanes: Lanes,
    /// Lanes whose task missed a heartbeat.
    heartbeats: HashSet<LaneId>,
}

impl Narrator {
    /// Takes in the next event. What became of a failure is only told where the definition is at hand.
    pub fn tell(&mut self, event: &Event, definition: Option<&Definition>, style: Style) -> Told {
        self.lanes.enter(event);
        let visit = self.lanes.visit(event.lane);
        let state = visit.map(|visit| self.lanes.prefix(event.lane, style) + &visit.name);
        let told = Told {
            state: state.or_else(|| self.lanes.path(event.lane, style)).unwrap_or_default(),
            took: self.took(event, visit),
            notes: visit.zip(definition).map(|(visit, of)| self.notes(event, visit, of)).unwrap_or_default(),
        };
        match &event.kind {
            Kind::TaskTimedOut { heartbeat: true, .. } => drop(self.heartbeats.insert(event.lane)),
            Kind::TaskScheduled(_) => drop(self.heartbeats.remove(&event.lane)),
            _ => {}
        }
        self.lanes.leave(event);
        told
    }

    fn took(&self, event: &Event, visit: Option<&Visit>) -> Option<f64> {
        let since = |began| event.at.seconds_since(began);
        match &event.kind {
            Kind::StateExited(_) => visit.map(|visit| since(visit.entered)),
            Kind::TaskSucceeded { .. } | Kind::TaskFailed { .. } | Kind::TaskTimedOut { .. } => {
                visit.map(|visit| since(visit.attempt_began))
            }
            kind if kind.is_end() => self.lanes.elapsed(event.at),
            _ => None,
        }
    }

    fn notes(&self, event: &Event, visit: &Visit, definition: &Definition) -> Vec<String> {
        let Some(state) = definition.states.get(visit.state as usize) else { return Vec::new() };
        let name = one_line(&state.name.value, NAME);
        match &event.kind {
            Kind::Note(Note::RetryScheduled { retrier, until }) => {
                let Some((retry, _)) = handlers(state) else { return Vec::new() };
                let at = *retrier as usize;
                let passed = retry.iter().take(at).map(|retrier| &*retrier.error_equals);
                let Some(retrier) = retry.get(at) else { return Vec::new() };
                let used = visit.retries_by(at);
                let of = u64::from(visit.retry_count()) - used + retrier.max_attempts + 1;
                let delay = duration(until.seconds_since(event.at));
                let takes = format!(
                    "Retry[{at}] for {} takes {}: attempt {} of {of}, in {delay}",
                    names(&retrier.error_equals),
                    error_of(&failure_of(visit)),
                    visit.retry_count() + 1
                );
                vec![with_passed("Retry", passed) + &takes]
            }
            Kind::StateExited(exited) if visit.failure.is_some() => {
                let Some((_, catch)) = handlers(state) else { return Vec::new() };
                let next = exited.next.and_then(|next| definition.states.get(next as usize));
                self.caught(event.lane, &failure_of(visit), catch, next.map_or("", |next| &*next.name.value))
            }
            Kind::Note(Note::BranchFailed(failure))
            | Kind::MapIterationFailed(_, failure)
            | Kind::ExecutionFailed(failure) => match handlers(state) {
                Some((retry, catch)) => vec![
                    format!("retried {}", retried(&name, retry, visit)),
                    format!("caught by nobody: {}", not_caught(&name, catch, failure)),
                ],
                None => vec![format!("caught by nobody: {} cannot have `Catch`", a_state(visit.state_type))],
            },
            _ => Vec::new(),
        }
    }

    fn caught(&self, lane: LaneId, failure: &Failure, catch: &[Catcher], next: &str) -> Vec<String> {
        let error = failure.error.as_deref().unwrap_or_default();
        let heartbeat = self.heartbeats.contains(&lane);
        let Some(at) = catch.iter().position(|catcher| takes(&catcher.error_equals, error, heartbeat)) else {
            return Vec::new();
        };
        let passed = catch.iter().take(at).map(|catcher| &*catcher.error_equals);
        let takes = format!(
            "Catch[{at}] for {} takes {}: goes on at `{}`",
            names(&catch[at].error_equals),
            error_of(failure),
            one_line(next, NAME)
        );
        vec![with_passed("Catch", passed) + &takes]
    }
}

fn with_passed<'a>(field: &str, passed: impl Iterator<Item = &'a [crate::value::Str]>) -> String {
    passed.enumerate().map(|(at, errors)| format!("{field}[{at}] for {} does not match; ", names(errors))).collect()
}

/// The failure that a state's retriers and catchers are asked about.
fn failure_of(visit: &Visit) -> Failure {
    let of_child = || visit.failed_child.as_ref().map(|child| child.failure.clone());
    visit.failure.clone().or_else(of_child).unwrap_or_default()
}

fn error_of(failure: &Failure) -> String {
    failure
        .error
        .as_deref()
        .map_or_else(|| "an error without a name".to_owned(), |error| format!("`{}`", one_line(error, NAME)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::history::StateType;

    fn told(sample: &Sample, definition: Option<&Definition>) -> Vec<Told> {
        let mut narrator = Narrator::default();
        sample.events.iter().map(|event| narrator.tell(event, definition, PLAIN)).collect()
    }

    #[test]
    fn lanes_tell_the_state() {
        let sample = Sample::started()
            .then(0, 0, entered(StateType::Map, "Ship", 0))
            .then(0, 0, map_started(2))
            .then(1, 0, iteration_started("Ship", 0))
            .then(1, 0, entered(StateType::Pass, "P", 1))
            .then(1, 5, exited(StateType::Pass, "P", None))
            .then(1, 5, Kind::MapIterationSucceeded(iteration("Ship", 0)));
        let states: Vec<String> = told(&sample, None).into_iter().map(|told| told.state).collect();
        assert_eq!(states, ["", "Ship", "Ship", "Ship[0]", "Ship[0] › P", "Ship[0] › P", "Ship[0]"]);
    }

    #[test]
    fn it_says_who_takes_a_failure_and_who_does_not() {
        let definition = definition(&[
            (
                "Charge",
                r#"{"Type":"Task","Resource":"sh:x","End":true,
                "Retry":[{"ErrorEquals":["Busy"]},{"ErrorEquals":["Down"],"MaxAttempts":1}],
                "Catch":[{"ErrorEquals":["Busy"],"Next":"Stop"},{"ErrorEquals":["States.ALL"],"Next":"Stop"}]}"#,
            ),
            ("Stop", r#"{"Type":"Fail"}"#),
        ]);
        let down = failure("Down", "");
        let sample = Sample::started()
            .then(0, 0, entered(StateType::Task, "Charge", 0))
            .then(0, 10, Kind::TaskScheduled(scheduled("sh:x")))
            .then(0, 20, task_failed(down.clone()))
            .then(0, 20, retry(1, 1_020))
            .then(0, 1_020, Kind::TaskScheduled(scheduled("sh:x")))
            .then(0, 1_050, task_failed(down.clone()))
            .then(0, 1_060, exited(StateType::Task, "Charge", Some(1)))
            .then(0, 1_060, entered(StateType::Fail, "Stop", 1))
            .then(0, 1_060, Kind::ExecutionFailed(failure("Mine", "")));
        let told = told(&sample, Some(&definition));
        let notes: Vec<String> = told.iter().flat_map(|told| told.notes.clone()).collect();
        assert_eq!(
            notes,
            [
                "Retry[0] for `Busy` does not match; Retry[1] for `Down` takes `Down`: attempt 2 of 2, in 1 s",
                "Catch[0] for `Busy` does not match; Catch[1] for `States.ALL` takes `Down`: goes on at `Stop`",
                "caught by nobody: the Fail state cannot have `Catch`",
            ]
        );
        let took: Vec<f64> = told.iter().filter_map(|told| told.took).collect();
        assert_eq!(took, [0.01, 0.03, 1.06, 1.06]);
    }
}
