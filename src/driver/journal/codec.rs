//! Events to lines and back.
//!
//! A line's body is a head, a JSON array of small things, and after a tab each the payloads. Ids are counted, not
//! written; an event's predecessor and time are written as distances, a name in full once and then as its number, a
//! schedule once and then as its event. Both sides keep the same [`Codec`], so a reader goes on as a writer.

use std::sync::Arc;

use hashbrown::HashMap;

use super::decode::Head;
use super::window::Window;
use crate::history::{
    Event, EventId, Failure, Integration, Iteration, Kind, LaneId, MapRunStarted, MapStarted, Note, Scheduled,
    StateType, Tolerance,
};
use crate::value::{Str, Timestamp, Value, write_integer, write_string};

/// What a line holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// An event or a note.
    Event(Event),
    /// A task is called, or its command was started: then its process group, which must be ended before the task is
    /// started again.
    Called {
        /// The task.
        task: EventId,
        /// The group, as it writes itself; empty before there is one.
        group: Str,
    },
}

/// Why a line holds no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// What writer and reader both know from the lines before.
#[derive(Default)]
pub struct Codec {
    last_id: EventId,
    last_at: i64,
    names: Vec<Str>,
    name_numbers: HashMap<Str, i64>,
    window: Window,
    last_payload: Value,
    schedules: HashMap<EventId, Arc<Scheduled>>,
    /// Events by the address of the schedule they wrote; `schedules` keeps it alive.
    schedule_events: HashMap<usize, EventId>,
    /// What a lane's task has scheduled: an aborted state does not say which schedule it leaves behind.
    schedule_of_lane: HashMap<LaneId, EventId>,
}

const CALLED: i64 = 64;

/// Stands for the payload that was written last.
const SAME: &str = "=";

impl Codec {
    /// The id of the last event met.
    pub fn last_id(&self) -> EventId {
        self.last_id
    }

    /// Appends a record's body.
    pub fn encode(&mut self, record: &Record, out: &mut String) {
        match record {
            Record::Event(event) => self.encode_event(event, out),
            Record::Called { task, group } => {
                out.push('[');
                write_integer(CALLED, out);
                number(*task, out);
                text(group, out);
                out.push(']');
            }
        }
    }

    /// Appends an event's body.
    pub fn encode_event(&mut self, event: &Event, out: &mut String) {
        let at = event.at.as_micros();
        out.push('[');
        write_integer(code(&event.kind), out);
        number(self.distance(event), out);
        signed(at - self.last_at, out);
        number(event.lane.0.into(), out);
        self.last_at = at;
        self.last_id = self.last_id.max(event.id);
        self.fields(&event.kind, out);
        self.keep_schedules(event.lane, &event.kind);
        out.push(']');
        for payload in payloads(&event.kind).into_iter().flatten() {
            out.push('\t');
            self.write_payload(payload, out);
        }
    }

    /// A payload that is the one before, as the output of one state is the next one's input, is written as [`SAME`].
    fn write_payload(&mut self, payload: &Value, out: &mut String) {
        if payload.is_same(&self.last_payload) {
            return out.push_str(SAME);
        }
        self.window.write(payload, out);
        self.last_payload = payload.clone();
    }

    fn read_payload(&mut self, text: &str) -> Result<Value, Unreadable> {
        if text != SAME {
            self.last_payload = self.window.read(text).map_err(|error| Unreadable(error.to_string()))?;
        }
        Ok(self.last_payload.clone())
    }

    /// How many events lie between an event and the one it follows, and one more; 0 when it follows none.
    fn distance(&self, event: &Event) -> u64 {
        match event.previous {
            0 => 0,
            previous => (self.last_id + 1).saturating_sub(previous),
        }
    }

    fn fields(&mut self, kind: &Kind, out: &mut String) {
        match kind {
            Kind::ExecutionStarted { text: submitted, role_arn, .. } => {
                optional(submitted.as_ref(), out);
                text(role_arn, out);
            }
            Kind::ExecutionFailed(failure) | Kind::ExecutionTimedOut(failure) | Kind::ExecutionAborted(failure) => {
                failure_fields(failure, out);
            }
            Kind::ExecutionRedriven { count } => number((*count).into(), out),
            Kind::StateEntered(entered) => {
                state_type(entered.state_type, out);
                self.name(&entered.name, out);
                number(entered.state.into(), out);
            }
            Kind::StateExited(exited) => {
                state_type(exited.state_type, out);
                self.name(&exited.name, out);
                optional_number(exited.next.map(u64::from), out);
            }
            Kind::StateAborted(kind) => state_type(*kind, out),
            Kind::ParallelStateStarted { first, starts, .. } => {
                number(first.0.into(), out);
                starts.iter().for_each(|&start| number(start.into(), out));
            }
            Kind::MapStateStarted(started) => map_fields(started, out),
            Kind::MapIterationStarted { iteration, parent, start, .. } => {
                self.iteration(iteration, out);
                number(parent.0.into(), out);
                number((*start).into(), out);
            }
            Kind::MapIterationSucceeded(iteration) | Kind::MapIterationAborted(iteration) => {
                self.iteration(iteration, out);
            }
            Kind::MapIterationFailed(iteration, failure) => {
                self.iteration(iteration, out);
                failure_fields(failure, out);
            }
            Kind::MapRunStarted(started) => map_run_fields(started, out),
            Kind::MapRunRedriven { arn, map_run, count } => {
                text(arn, out);
                number(*map_run, out);
                number((*count).into(), out);
            }
            Kind::MapRunFailed(failure) => failure_fields(failure, out),
            Kind::EvaluationFailed { failure, location, state } => {
                failure_fields(failure, out);
                optional(location.as_ref(), out);
                text(state, out);
            }
            Kind::Note(note) => note_fields(note, out),
            _ => self.task_fields(kind, out),
        }
    }

    fn task_fields(&mut self, kind: &Kind, out: &mut String) {
        match kind {
            Kind::TaskScheduled(scheduled) => self.schedule(scheduled, out),
            Kind::TaskStarted(scheduled) | Kind::TaskSubmitted { scheduled, .. } => {
                number(self.schedule_event(scheduled), out);
            }
            Kind::TaskSucceeded { scheduled, .. } => number(self.schedule_event(scheduled), out),
            Kind::TaskFailed { scheduled, failure } => {
                number(self.schedule_event(scheduled), out);
                failure_fields(failure, out);
            }
            Kind::TaskTimedOut { scheduled, failure, heartbeat } => {
                number(self.schedule_event(scheduled), out);
                failure_fields(failure, out);
                number(u64::from(*heartbeat), out);
            }
            _ => {}
        }
    }

    fn schedule(&mut self, scheduled: &Scheduled, out: &mut String) {
        let (family, resource_type, resource) = match &scheduled.integration {
            Integration::Function => (0, None, None),
            Integration::Activity => (1, None, None),
            Integration::Service { resource_type, resource } => (2, Some(resource_type), Some(resource)),
        };
        number(family, out);
        self.name(&scheduled.resource, out);
        for part in [resource_type, resource].into_iter().flatten() {
            self.name(part, out);
        }
        number(scheduled.state.into(), out);
        optional_number(scheduled.timeout_seconds, out);
        optional_number(scheduled.heartbeat_seconds, out);
        self.name(&scheduled.region, out);
    }

    /// Keeps what later records refer to, and lets go of what none can refer to any more.
    fn keep_schedules(&mut self, lane: LaneId, kind: &Kind) {
        match kind {
            Kind::TaskScheduled(scheduled) => {
                self.schedules.insert(self.last_id, scheduled.clone());
                self.schedule_events.insert(Arc::as_ptr(scheduled) as usize, self.last_id);
                self.schedule_of_lane.insert(lane, self.last_id);
            }
            Kind::TaskSucceeded { scheduled, .. }
            | Kind::TaskFailed { scheduled, .. }
            | Kind::TaskTimedOut { scheduled, .. } => {
                let event = self.schedule_event(scheduled);
                if self.schedule_of_lane.get(&lane) == Some(&event) {
                    self.schedule_of_lane.remove(&lane);
                }
                self.forget_schedule(event);
            }
            Kind::StateAborted(_) => {
                if let Some(event) = self.schedule_of_lane.remove(&lane) {
                    self.forget_schedule(event);
                }
            }
            _ => {}
        }
    }

    fn schedule_event(&self, scheduled: &Arc<Scheduled>) -> EventId {
        self.schedule_events.get(&(Arc::as_ptr(scheduled) as usize)).copied().unwrap_or(0)
    }

    fn forget_schedule(&mut self, event: EventId) {
        if let Some(scheduled) = self.schedules.remove(&event) {
            self.schedule_events.remove(&(Arc::as_ptr(&scheduled) as usize));
        }
    }

    fn iteration(&mut self, iteration: &Iteration, out: &mut String) {
        self.name(&iteration.name, out);
        number(iteration.index.into(), out);
    }

    /// In full the first time, then as a number.
    fn name(&mut self, name: &Str, out: &mut String) {
        out.push(',');
        match self.name_numbers.get(name) {
            Some(&known) => write_integer(known, out),
            None => {
                write_string(name, out);
                self.learn(name.clone());
            }
        }
    }

    pub(super) fn learn(&mut self, name: Str) {
        self.name_numbers.insert(name.clone(), self.names.len() as i64);
        self.names.push(name);
    }

    /// Reads a record's body.
    pub fn decode(&mut self, body: &str) -> Result<Record, Unreadable> {
        let mut parts = body.split('\t');
        let mut head = Head::read(parts.next().unwrap_or_default())?;
        let code = head.signed()?;
        if code == CALLED {
            return Ok(Record::Called { task: head.number()?, group: head.text()? });
        }
        let (distance, later, lane) = (head.number()?, head.signed()?, LaneId(head.small()?));
        let is_note = NOTES.contains(&code);
        self.last_id += u64::from(!is_note);
        let previous = if distance == 0 { 0 } else { self.id_before(!is_note).saturating_sub(distance - 1) };
        self.last_at = self.last_at.checked_add(later).ok_or_else(|| Unreadable("a time out of range".to_owned()))?;
        let mut payloads = Vec::new();
        for text in parts {
            payloads.push(self.read_payload(text)?);
        }
        let kind = self.read_kind(code, &mut head, &mut payloads.into_iter())?;
        self.keep_schedules(lane, &kind);
        let id = if is_note { 0 } else { self.last_id };
        Ok(Record::Event(Event { id, previous, at: Timestamp::from_micros(self.last_at), lane, kind }))
    }

    /// The last id before the record being read.
    fn id_before(&self, counted: bool) -> EventId {
        self.last_id - u64::from(counted)
    }

    pub(super) fn known_name(&self, number: i64) -> Option<Str> {
        self.names.get(usize::try_from(number).ok()?).cloned()
    }

    pub(super) fn known_schedule(&self, event: EventId) -> Option<Arc<Scheduled>> {
        self.schedules.get(&event).cloned()
    }
}

fn code(kind: &Kind) -> i64 {
    match kind {
        Kind::ExecutionStarted { .. } => 0,
        Kind::ExecutionSucceeded { .. } => 1,
        Kind::ExecutionFailed(_) => 2,
        Kind::ExecutionTimedOut(_) => 3,
        Kind::ExecutionAborted(_) => 4,
        Kind::StateEntered(_) => 5,
        Kind::StateExited(_) => 6,
        Kind::StateAborted(_) => 7,
        Kind::TaskScheduled(_) => 8,
        Kind::TaskStarted(_) => 9,
        Kind::TaskSubmitted { .. } => 10,
        Kind::TaskSucceeded { .. } => 11,
        Kind::TaskFailed { .. } => 12,
        Kind::TaskTimedOut { .. } => 13,
        Kind::ParallelStateStarted { .. } => 14,
        Kind::ParallelStateSucceeded => 15,
        Kind::ParallelStateFailed => 16,
        Kind::MapStateStarted(started) if started.distributed => 32,
        Kind::MapStateStarted(_) => 17,
        Kind::MapIterationStarted { .. } => 18,
        Kind::MapIterationSucceeded(_) => 19,
        Kind::MapIterationFailed(..) => 20,
        Kind::MapIterationAborted(_) => 21,
        Kind::MapStateSucceeded => 22,
        Kind::MapStateFailed => 23,
        Kind::EvaluationFailed { .. } => 24,
        Kind::MapRunStarted(_) => 33,
        Kind::MapRunSucceeded { .. } => 34,
        Kind::MapRunFailed(_) => 35,
        Kind::MapRunAborted => 36,
        Kind::MapRunRedriven { .. } => 37,
        Kind::ExecutionRedriven { .. } => 29,
        Kind::Note(Note::WaitScheduled { .. }) => 25,
        Kind::Note(Note::RetryScheduled { .. }) => 26,
        Kind::Note(Note::HeartbeatReceived) => 27,
        Kind::Note(Note::BranchFailed(_)) => 28,
    }
}

const NOTES: std::ops::RangeInclusive<i64> = 25..=28;

fn payloads(kind: &Kind) -> [Option<&Value>; 3] {
    let [first, second] = match kind {
        Kind::ExecutionStarted { input, .. } | Kind::ParallelStateStarted { input, .. } => [Some(input), None],
        Kind::ExecutionSucceeded { output } | Kind::MapRunSucceeded { output } => [Some(output), None],
        Kind::TaskSubmitted { output, .. } | Kind::TaskSucceeded { output, .. } => [Some(output), None],
        Kind::StateEntered(entered) => [Some(&entered.input), None],
        Kind::StateExited(exited) => [Some(&exited.output), exited.assigned.as_ref()],
        Kind::TaskScheduled(scheduled) => [Some(&scheduled.input), scheduled.credentials.as_ref()],
        Kind::MapStateStarted(started) => [Some(&started.input), Some(&started.items)],
        Kind::MapIterationStarted { input, .. } => [Some(input), None],
        Kind::MapRunStarted(started) => {
            return [Some(&started.reader), Some(&started.writer), started.batch.as_ref().map(|batch| &batch.input)];
        }
        _ => [None, None],
    };
    [first, second, None]
}

fn number(value: u64, out: &mut String) {
    signed(i64::try_from(value).unwrap_or(i64::MAX), out);
}

fn signed(value: i64, out: &mut String) {
    out.push(',');
    write_integer(value, out);
}

fn optional_number(value: Option<u64>, out: &mut String) {
    match value {
        Some(value) => number(value, out),
        None => out.push_str(",null"),
    }
}

fn text(text: &str, out: &mut String) {
    out.push(',');
    write_string(text, out);
}

fn optional(value: Option<&Str>, out: &mut String) {
    match value {
        Some(value) => text(value, out),
        None => out.push_str(",null"),
    }
}

fn failure_fields(failure: &Failure, out: &mut String) {
    optional(failure.error.as_ref(), out);
    optional(failure.cause.as_ref(), out);
}

fn state_type(state_type: StateType, out: &mut String) {
    let at = StateType::ALL.iter().position(|&known| known == state_type);
    number(at.unwrap_or_default() as u64, out);
}

fn map_fields(started: &MapStarted, out: &mut String) {
    number(started.length, out);
    number(started.max_concurrency, out);
    if let Some(tolerance) = started.tolerance {
        tolerance_fields(tolerance, out);
    }
}

fn tolerance_fields(Tolerance { count, percentage }: Tolerance, out: &mut String) {
    optional_number(count, out);
    out.push(',');
    percentage.map_or(Value::Null, Value::Float).write_json(out);
}

fn map_run_fields(started: &MapRunStarted, out: &mut String) {
    text(&started.arn, out);
    number(started.state.into(), out);
    tolerance_fields(started.tolerance, out);
    match started.max_items {
        Some(most) => signed(most, out),
        None => out.push_str(",null"),
    }
    if let Some(batch) = &started.batch {
        optional_number(batch.max_items, out);
        optional_number(batch.max_bytes, out);
    }
}

fn note_fields(note: &Note, out: &mut String) {
    match note {
        Note::WaitScheduled { until } => signed(until.as_micros(), out),
        Note::RetryScheduled { retrier, until } => {
            number((*retrier).into(), out);
            signed(until.as_micros(), out);
        }
        Note::HeartbeatReceived => {}
        Note::BranchFailed(failure) => failure_fields(failure, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANES: [LaneId; 2] = [LaneId(1), LaneId(2)];

    fn scheduled() -> Arc<Scheduled> {
        Arc::new(Scheduled {
            integration: Integration::Function,
            resource: "sh:true".into(),
            state: 0,
            input: Value::Null,
            timeout_seconds: None,
            heartbeat_seconds: None,
            credentials: None,
            region: "us-east-1".into(),
        })
    }

    fn event(id: EventId, lane: LaneId, kind: Kind) -> Event {
        Event { id, previous: 0, at: Timestamp::default(), lane, kind }
    }

    fn kept(codec: &Codec) -> [usize; 3] {
        [codec.schedules.len(), codec.schedule_events.len(), codec.schedule_of_lane.len()]
    }

    #[test]
    fn no_schedule_is_kept_once_its_task_has_ended_or_was_aborted() {
        let tasks = [scheduled(), scheduled()];
        let output = Value::Null;
        let events = [
            (event(1, LANES[0], Kind::TaskScheduled(tasks[0].clone())), 1),
            (event(2, LANES[1], Kind::TaskScheduled(tasks[1].clone())), 2),
            (event(3, LANES[0], Kind::StateAborted(StateType::Task)), 1),
            (event(4, LANES[1], Kind::TaskSucceeded { scheduled: tasks[1].clone(), output }), 0),
        ];
        let (mut writer, mut reader) = (Codec::default(), Codec::default());
        for (event, left) in events {
            let mut line = String::new();
            writer.encode_event(&event, &mut line);
            assert_eq!(kept(&writer), [left; 3], "{line}");
            assert_eq!(reader.decode(&line), Ok(Record::Event(event)));
            assert_eq!(kept(&reader), [left; 3], "{line}");
        }
    }
}
