//! Schedules of tasks: written in full by the event that schedules, and then known by it for as long as its task lasts.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::history::{EventId, Kind, LaneId, Scheduled};

#[derive(Default)]
pub(super) struct Schedules {
    by_event: HashMap<EventId, Arc<Scheduled>>,
    /// Events by the address of the schedule they wrote; `by_event` keeps it alive.
    events: HashMap<usize, EventId>,
    /// What a lane's task has scheduled: an aborted state does not say which schedule it leaves behind.
    of_lane: HashMap<LaneId, EventId>,
}

impl Schedules {
    /// What an event scheduled, while its task lasts.
    pub fn known(&self, event: EventId) -> Option<Arc<Scheduled>> {
        self.by_event.get(&event).cloned()
    }

    /// Takes in an event: keeps what later records refer to, and lets go of what none can refer to any more.
    pub fn keep(&mut self, id: EventId, lane: LaneId, kind: &Kind) {
        match kind {
            Kind::TaskScheduled(scheduled) => {
                self.by_event.insert(id, scheduled.clone());
                self.events.insert(Arc::as_ptr(scheduled) as usize, id);
                self.of_lane.insert(lane, id);
            }
            Kind::TaskSucceeded { scheduled, .. }
            | Kind::TaskFailed { scheduled, .. }
            | Kind::TaskTimedOut { scheduled, .. } => {
                let event = self.event_of(scheduled);
                if self.of_lane.get(&lane) == Some(&event) {
                    self.of_lane.remove(&lane);
                }
                self.forget(event);
            }
            Kind::StateAborted(_) => {
                if let Some(event) = self.of_lane.remove(&lane) {
                    self.forget(event);
                }
            }
            _ => {}
        }
    }

    /// The event that wrote a schedule; 0 where that is not known.
    pub fn event_of(&self, scheduled: &Arc<Scheduled>) -> EventId {
        self.events.get(&(Arc::as_ptr(scheduled) as usize)).copied().unwrap_or(0)
    }

    fn forget(&mut self, event: EventId) {
        if let Some(scheduled) = self.by_event.remove(&event) {
            self.events.remove(&(Arc::as_ptr(&scheduled) as usize));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Codec, Record};
    use super::*;
    use crate::history::{Event, Integration, StateType};
    use crate::value::{Timestamp, Value};

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
        let Schedules { by_event, events, of_lane } = &codec.schedules;
        [by_event.len(), events.len(), of_lane.len()]
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
