use super::*;
use crate::check::Machine;

/// One execution of a machine.
#[derive(Debug)]
pub struct Execution {
    status: Status,
}

impl Execution {
    /// An execution of which nothing has happened yet.
    pub fn new(_identity: Identity, _settings: Settings) -> Execution {
        Execution { status: Status::Running }
    }

    /// Takes an input at the time `now` and decides what follows.
    pub fn handle(
        &mut self,
        _machine: &Machine,
        _now: Timestamp,
        _ambient: &mut dyn Ambient,
        _input: Input,
    ) -> Result<Turn, Refused> {
        Ok(Turn::default())
    }

    /// Takes one recorded event: the only way the state changes.
    pub fn apply(&mut self, _event: &Event) {}

    /// Where it stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The tasks that should be running now, oldest first.
    pub fn tasks(&self) -> impl Iterator<Item = OpenTask> + '_ {
        std::iter::empty()
    }

    /// The open task with this id.
    pub fn task(&self, _id: EventId) -> Option<OpenTask> {
        None
    }

    /// When the nearest Wait or retry delay ends: these keep a process.
    pub fn next_timer(&self) -> Option<Timestamp> {
        None
    }

    /// When the nearest deadline of a task or of the machine passes: these do not keep a process.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// The id of the last event; 0 before the first.
    pub fn last_event(&self) -> EventId {
        0
    }
}
