//! An execution's state, and the one loop that moves it: a turn takes an input, decides lane after lane, applies what
//! was decided and hands over events. It does no IO and reads no clock; a replay does what `apply` does, and no more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hashbrown::HashMap;

use super::decide::Cx;
use super::lane::{Lane, TaskRun};
use super::quota::Quota;
use super::redrive::Redrives;
use super::{Ambient, Identity, Input, OpenTask, QuotaWarning, Quotas, Refused, Settings, Status, Turn, context};
use crate::check::Machine;
use crate::definition::{FlowId, StateId};
use crate::history::{Event, EventId, Failure, Kind, LaneId, Note};
use crate::value::{Timestamp, Value};

/// How many events a turn may hold before the driver is to record them.
const TURN: usize = 512;

/// One execution of a machine.
#[derive(Debug)]
pub struct Execution {
    pub(super) identity: Identity,
    pub(super) settings: Settings,
    pub(super) machine_timeout: Option<u64>,
    pub(super) start: StateId,
    pub(super) status: Status,
    /// `$$.Execution` and `$$.StateMachine`, once it has started.
    pub(super) context: context::Fixed,
    pub(super) last_event: EventId,
    pub(super) last_at: Timestamp,
    pub(super) next_lane: u32,
    pub(super) lanes: HashMap<LaneId, Box<Lane>>,
    /// After the end: the lanes that had not come to theirs, for a redrive.
    pub(super) wreck: HashMap<LaneId, Box<Lane>>,
    /// How often it was redriven, and when the last time.
    pub(super) redrives: Option<Redrives>,
    /// Open tasks, by the event that scheduled them.
    pub(super) tasks: BTreeMap<EventId, LaneId>,
    /// Open Map Runs, by the event that started them.
    pub(super) map_runs: BTreeMap<EventId, LaneId>,
    /// Ends of waits and retry delays.
    pub(super) timers: BTreeSet<(Timestamp, LaneId)>,
    /// Timeouts and heartbeats of tasks.
    pub(super) deadlines: BTreeSet<(Timestamp, LaneId)>,
    /// When the whole execution times out.
    pub(super) machine_deadline: Option<Timestamp>,
    /// Lanes that may be able to go on; one that is not is dropped when its turn comes.
    pub(super) ready: VecDeque<LaneId>,
    /// Set by [`Execution::apply`]: `ready` has to be filled from the lanes.
    pub(super) cold: bool,
    /// Those that are ready have had a whole turn since time was last told, and may never come to rest.
    restless: bool,
    /// Bytes of all variables that were ever assigned.
    pub(super) ever_assigned: usize,
    /// The quotas that were warned of.
    warned: Vec<Quota>,
}

/// Who goes on after an input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Onward {
    Now,
    Later,
}

impl Execution {
    /// An execution of `machine` of which nothing has happened yet.
    pub fn new(machine: &Machine, identity: Identity, settings: Settings) -> Execution {
        Execution {
            identity,
            settings,
            machine_timeout: machine.definition().timeout_seconds,
            start: machine.start(FlowId::ROOT),
            status: Status::Running,
            context: context::Fixed::default(),
            last_event: 0,
            last_at: Timestamp::default(),
            next_lane: 1,
            lanes: HashMap::new(),
            wreck: HashMap::new(),
            redrives: None,
            tasks: BTreeMap::new(),
            map_runs: BTreeMap::new(),
            timers: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            machine_deadline: None,
            ready: VecDeque::new(),
            cold: false,
            restless: false,
            ever_assigned: 0,
            warned: Vec::new(),
        }
    }

    /// Takes an input at the time `now` and decides what follows. Time that runs backwards is taken to stand still.
    ///
    /// Only [`Input::Tick`] acts on deadlines that have passed; an answer to a task whose deadline has passed is refused.
    pub fn handle(
        &mut self,
        machine: &Machine,
        now: Timestamp,
        ambient: &mut dyn Ambient,
        input: Input,
    ) -> Result<Turn, Refused> {
        self.take(machine, now, ambient, input, Onward::Now)
    }

    /// Takes an input as [`Execution::handle`] does and leaves what follows from it to whoever goes on. Only what was
    /// due before now comes first, and what followed from that then, but no task.
    pub fn only_record(
        &mut self,
        machine: &Machine,
        now: Timestamp,
        ambient: &mut dyn Ambient,
        input: Input,
    ) -> Result<Turn, Refused> {
        self.take(machine, now, ambient, input, Onward::Later)
    }

    fn take(
        &mut self,
        machine: &Machine,
        now: Timestamp,
        ambient: &mut dyn Ambient,
        input: Input,
        onward: Onward,
    ) -> Result<Turn, Refused> {
        let mut turn = Turn::default();
        let cx = &mut Cx { machine, now: now.max(self.last_at), ambient };
        let is_start = matches!(input, Input::Start { .. });
        self.accept(cx, input, &mut turn, onward)?;
        match onward {
            Onward::Now if is_start => turn.more = true,
            Onward::Now => self.run(cx, &mut turn, None),
            Onward::Later => {}
        }
        Ok(turn)
    }

    fn accept(&mut self, cx: &mut Cx<'_>, input: Input, turn: &mut Turn, onward: Onward) -> Result<(), Refused> {
        self.warm_up();
        match input {
            Input::Start { .. } if self.last_event > 0 => return Err(Refused::AlreadyStarted),
            Input::Start { input, text } => {
                let role_arn = self.identity.role_arn.clone();
                self.emit(cx.now, LaneId::ROOT, 0, Kind::ExecutionStarted { input, text, role_arn }, turn);
                self.wake(LaneId::ROOT);
            }
            Input::Tick => self.tick(cx, turn, onward),
            Input::Abort(_) | Input::TimeOut if self.status != Status::Running => return Err(Refused::ExecutionEnded),
            Input::Abort(failure) => {
                self.emit(cx.now, LaneId::ROOT, 0, Kind::ExecutionAborted(failure), turn);
            }
            Input::Redrive if self.redrive_refusal(cx.now).is_some() => return Err(Refused::NotRedrivable),
            Input::Redrive => self.emit(cx.now, LaneId::ROOT, self.last_event, self.next_redrive(), turn),
            Input::TimeOut => self.emit(cx.now, LaneId::ROOT, 0, Kind::ExecutionTimedOut(timeout()), turn),
            Input::Submitted { task, output } => {
                self.answer(cx, task, turn, |run| Kind::TaskSubmitted { scheduled: run.scheduled.clone(), output })?
            }
            Input::Succeeded { task, output } => {
                let kind = |run: &TaskRun| Kind::TaskSucceeded { scheduled: run.scheduled.clone(), output };
                self.answer(cx, task, turn, kind)?;
            }
            Input::Failed { task, failure } => {
                let kind = |run: &TaskRun| Kind::TaskFailed { scheduled: run.scheduled.clone(), failure };
                self.answer(cx, task, turn, kind)?;
            }
            Input::MapRunEnded { map_run, outcome } => self.end_map_run(cx, map_run, outcome, turn)?,
            Input::Heartbeat { task } => {
                self.answer(cx, task, turn, |_| Kind::Note(Note::HeartbeatReceived))?;
            }
        }
        Ok(())
    }

    /// Who it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Where it stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The tasks that should be running now, oldest first.
    pub fn tasks(&self) -> impl Iterator<Item = OpenTask> + '_ {
        self.tasks.keys().filter_map(|&id| self.task(id))
    }

    /// The open task with this id.
    pub fn task(&self, id: EventId) -> Option<OpenTask> {
        let lane_id = *self.tasks.get(&id)?;
        let lane = self.lanes.get(&lane_id)?;
        let run = lane.task()?;
        run.started?;
        Some(OpenTask {
            id,
            lane: lane_id,
            state: lane.name.clone(),
            scheduled: run.scheduled.clone(),
            retry_count: lane.retries.total,
            submitted: run.submitted,
            deadline: run.due().map(|(at, _)| at),
        })
    }

    /// When the nearest Wait or retry delay ends: these keep a process.
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers.first().map(|&(at, _)| at)
    }

    /// When the nearest deadline of a task or of the machine passes: these alone do not keep a process.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let task = self.deadlines.first().map(|&(at, _)| at);
        task.into_iter().chain(self.machine_deadline).min()
    }

    /// How it runs.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// The id of the last event; 0 before the first.
    pub fn last_event(&self) -> EventId {
        self.last_event
    }

    /// Takes an answer to a task, if the task still waits for one.
    fn answer(
        &mut self,
        cx: &Cx<'_>,
        task: EventId,
        turn: &mut Turn,
        kind: impl FnOnce(&TaskRun) -> Kind,
    ) -> Result<(), Refused> {
        if self.status != Status::Running {
            return Err(Refused::ExecutionEnded);
        }
        let closed = if task <= self.last_event { Refused::TaskClosed } else { Refused::NoSuchTask };
        let lane_id = *self.tasks.get(&task).ok_or(closed)?;
        let lane = self.lanes.get(&lane_id).ok_or(closed)?;
        let run = lane.task().ok_or(closed)?;
        if run.due().is_some_and(|(due, _)| due <= cx.now) {
            return Err(Refused::TaskClosed);
        }
        let (kind, warning) = self.within_payload(lane, kind(run));
        let previous = lane.last;
        turn.warnings.extend(warning.and_then(|quota| self.warn_once(quota)));
        self.emit(cx.now, lane_id, previous, kind, turn);
        self.wake(lane_id);
        Ok(())
    }

    fn end_map_run(
        &mut self,
        cx: &Cx<'_>,
        map_run: EventId,
        outcome: Result<Value, Failure>,
        turn: &mut Turn,
    ) -> Result<(), Refused> {
        if self.status != Status::Running {
            return Err(Refused::ExecutionEnded);
        }
        let closed = if map_run <= self.last_event { Refused::TaskClosed } else { Refused::NoSuchTask };
        let lane_id = *self.map_runs.get(&map_run).ok_or(closed)?;
        let kind = match outcome {
            Ok(output) => Kind::MapRunSucceeded { output },
            Err(failure) => Kind::MapRunFailed(failure),
        };
        let previous = self.lanes.get(&lane_id).map_or(map_run, |lane| lane.last);
        self.emit(cx.now, lane_id, previous, kind, turn);
        self.wake(lane_id);
        Ok(())
    }

    /// What time alone brings, one thing after the other: what follows from a deadline may undo the next one. Lanes that
    /// never come to rest do not keep time from passing.
    ///
    /// What time brings, and what follows, bears the time at which it was due, though nobody may have run the execution
    /// then. Tasks alone are held back: they begin when there is somebody to call them.
    fn tick(&mut self, cx: &mut Cx<'_>, turn: &mut Turn, onward: Onward) {
        let (now, mut then, mut held) = (cx.now, self.last_at, Vec::new());
        let first = self.next_due(now);
        if let Some(due) = first.filter(|_| self.restless) {
            then = then.max(due);
            self.pass_time(due, turn);
        }
        let mut is_late = first.is_some();
        while is_late || onward == Onward::Now {
            cx.now = if is_late { then } else { now };
            if !is_late {
                self.ready.extend(held.drain(..));
            }
            self.run(cx, turn, is_late.then_some(&mut held));
            if turn.more || self.status != Status::Running {
                break;
            }
            match self.next_due(now) {
                Some(due) => {
                    then = then.max(due);
                    self.pass_time(due, turn);
                    is_late = true;
                }
                None if is_late => is_late = false,
                None => break,
            }
        }
        if self.status == Status::Running {
            turn.more |= !held.is_empty();
            self.ready.extend(held);
        }
    }

    /// The nearest deadline or timer that is not after `now`.
    fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        self.next_deadline().into_iter().chain(self.next_timer()).min().filter(|&at| at <= now)
    }

    /// Lets the deadline or timer `due` pass; of both the deadline.
    fn pass_time(&mut self, due: Timestamp, turn: &mut Turn) {
        if self.next_deadline() == Some(due) {
            self.expire(due, turn);
        } else if let Some((_, lane)) = self.timers.pop_first() {
            self.wake(lane);
        }
    }

    /// Lets the deadline `due` pass: a task's, or the whole execution's. The event bears the deadline's time, however
    /// late anybody came to look.
    fn expire(&mut self, due: Timestamp, turn: &mut Turn) {
        let task = self.deadlines.first().copied().filter(|&(at, _)| at <= due);
        let Some((at, lane_id)) = task else {
            return self.emit(due, LaneId::ROOT, 0, Kind::ExecutionTimedOut(timeout()), turn);
        };
        self.deadlines.remove(&(at, lane_id));
        let Some(lane) = self.lanes.get(&lane_id) else { return };
        let Some(run) = lane.task() else { return };
        let heartbeat = run.due().is_some_and(|(_, heartbeat)| heartbeat);
        let kind = Kind::TaskTimedOut { scheduled: run.scheduled.clone(), failure: timeout(), heartbeat };
        let previous = lane.last;
        self.emit(due, lane_id, previous, kind, turn);
        self.wake(lane_id);
    }

    /// Lets every lane that can go on do so, until none can or the turn is full. A lane that filled a turn alone lets
    /// the others go first in the next. Where tasks are `held` back, so are the lanes that would begin one.
    fn run(&mut self, cx: &mut Cx<'_>, turn: &mut Turn, mut held: Option<&mut Vec<LaneId>>) {
        let first = self.ready.front().copied();
        let mut is_alone = turn.events.is_empty();
        while turn.events.len() < TURN && self.status == Status::Running && !cx.ambient.has_passed() {
            let Some(&lane) = self.ready.front() else { break };
            is_alone &= Some(lane) == first;
            let decision = self.decide(cx, lane);
            turn.warnings.extend(decision.warning.and_then(|quota| self.warn_once(quota)));
            match decision.event {
                Some((.., Kind::TaskScheduled(_) | Kind::TaskStarted(_))) if held.is_some() => {
                    held.iter_mut().for_each(|held| held.push(lane));
                    self.ready.pop_front();
                }
                Some((previous, lane, kind)) => self.emit(cx.now, lane, previous, kind, turn),
                None => drop(self.ready.pop_front()),
            }
        }
        turn.more = !self.ready.is_empty();
        self.restless = turn.more;
        if turn.more && is_alone {
            self.ready.rotate_left(1);
        }
    }

    fn emit(&mut self, at: Timestamp, lane: LaneId, previous: EventId, kind: Kind, turn: &mut Turn) {
        let (kind, warning) = self.within_history(kind);
        turn.warnings.extend(warning.and_then(|quota| self.warn_once(quota)));
        let id = if kind.is_note() { 0 } else { self.last_event + 1 };
        let event = Event { id, previous, at: at.max(self.last_at), lane, kind };
        match &event.kind {
            Kind::TaskStarted(_) => turn.started.extend(self.open_task(lane)),
            Kind::TaskTimedOut { .. } | Kind::StateAborted(_) => turn.stopped.extend(self.open_task(lane)),
            Kind::MapRunStarted(_) => turn.map_runs.push(id),
            Kind::MapRunRedriven { map_run, .. } => turn.map_runs.push(*map_run),
            Kind::MapRunAborted => turn.stopped.extend(self.open_map_run(lane)),
            kind if kind.is_end() => turn.stopped.extend(self.tasks.keys().chain(self.map_runs.keys()).copied()),
            _ => {}
        }
        self.record(&event);
        turn.events.push(event);
    }

    /// The task that is scheduled or running in a lane.
    pub fn open_task(&self, lane: LaneId) -> Option<EventId> {
        Some(self.lanes.get(&lane)?.task()?.id)
    }

    /// After a resume every lane may be able to go on.
    fn warm_up(&mut self) {
        if !std::mem::take(&mut self.cold) {
            return;
        }
        let mut lanes: Vec<LaneId> = self.lanes.keys().copied().collect();
        lanes.sort_unstable();
        self.ready = lanes.into();
    }

    /// Puts a lane at the end of the queue of those that may be able to go on.
    pub(super) fn wake(&mut self, lane: LaneId) {
        if self.ready.back() != Some(&lane) {
            self.ready.push_back(lane);
        }
    }

    /// Puts a lane at the head of the queue.
    pub(super) fn wake_first(&mut self, lane: LaneId) {
        self.ready.push_front(lane);
    }

    fn warn_once(&mut self, quota: Quota) -> Option<QuotaWarning> {
        if self.settings.quotas != Quotas::Warn || self.warned.contains(&quota) {
            return None;
        }
        self.warned.push(quota);
        Some(QuotaWarning { message: quota.warning() })
    }

    pub(super) fn is_warned(&self, quota: Quota) -> bool {
        self.warned.contains(&quota)
    }

    /// The value of a variable as `lane` sees it: the innermost scope first.
    pub(super) fn variable<'a>(&'a self, lane: &'a Lane, name: &str) -> Option<&'a Value> {
        let mut lane = lane;
        loop {
            if let Some(value) = lane.variables.as_ref().and_then(|scope| scope.get(name)) {
                return Some(value);
            }
            lane = self.lanes.get(&lane.origin.as_ref()?.parent)?;
        }
    }
}

/// Recorded: neither a timeout nor a missed heartbeat has a cause.
fn timeout() -> Failure {
    Failure { error: Some("States.Timeout".into()), cause: None }
}
