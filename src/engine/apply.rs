//! The only mutation of an execution: one recorded event at a time, nothing evaluated.

use std::sync::Arc;

use super::context;
use super::lane::{Asked, Broken, Distributed, Failed, Fork, Lane, MapRun, Origin, Phase, TaskRun};
use super::quota::PAYLOAD;
use super::{Execution, Status};
use crate::definition::StateId;
use crate::history::{
    Event, EventId, Failure, Iteration, Kind, LaneId, MapStarted, Note, Scheduled, StateEntered, StateExited,
};
use crate::value::{Array, Members, Str, Timestamp, Value};

impl Execution {
    /// Takes one recorded event: the only way the state changes. Resuming is this over a journal.
    pub fn apply(&mut self, event: &Event) {
        self.record(event);
        self.ready.clear();
        self.cold = true;
    }

    pub(super) fn record(&mut self, event: &Event) {
        let Event { id, at, lane, .. } = *event;
        self.last_event = self.last_event.max(id);
        self.last_at = at;
        match &event.kind {
            Kind::ExecutionStarted { input, .. } => self.start(input, at),
            Kind::ExecutionSucceeded { output } => self.end(Status::Succeeded(output.clone())),
            Kind::ExecutionFailed(failure) => {
                self.in_lane(LaneId::ROOT, id, |lane| lane.phase = Phase::Broken(lane.take_within()));
                self.end(Status::Failed(failure.clone()));
            }
            Kind::ExecutionTimedOut(failure) => self.end(Status::TimedOut(failure.clone())),
            Kind::ExecutionAborted(failure) => self.end(Status::Aborted(failure.clone())),
            Kind::ExecutionRedriven { count } => self.go_on_after(*count, event),
            Kind::StateEntered(entered) => self.in_lane(lane, id, |lane| lane.enter(entered, event)),
            Kind::StateExited(exited) => self.exit_state(lane, id, exited),
            Kind::StateAborted(_) => self.close_lane(lane),
            Kind::TaskScheduled(scheduled) => self.schedule(lane, id, scheduled),
            Kind::TaskStarted(_) => {
                self.in_lane(lane, id, |_| {});
                self.with_task(lane, |run| run.started = Some(at));
            }
            Kind::TaskSubmitted { .. } => {
                self.in_lane(lane, id, |_| {});
                self.with_task(lane, |run| run.submitted = true);
            }
            Kind::TaskSucceeded { output, .. } => self.end_task(lane, id, Phase::Done(output.clone())),
            Kind::TaskFailed { failure, .. } => self.end_task(lane, id, failed(failure, false)),
            Kind::TaskTimedOut { failure, heartbeat, .. } => self.end_task(lane, id, failed(failure, *heartbeat)),
            Kind::ParallelStateStarted { first, starts, input } => self.open_branches(lane, id, *first, starts, input),
            Kind::MapStateStarted(started) => self.open_map(lane, id, started),
            Kind::MapIterationStarted { iteration, parent, start, input } => {
                let origin = Origin { parent: *parent, index: iteration.index, iteration: Some(iteration.clone()) };
                self.open_iteration(lane, id, origin, Lane::new(None, StateId(*start), input.clone(), id));
            }
            Kind::MapIterationSucceeded(_) => self.end_iteration(lane, id),
            Kind::MapIterationFailed(iteration, failure) => self.break_iteration(lane, iteration, failure),
            Kind::MapIterationAborted(_) => self.abort_iteration(lane),
            Kind::ParallelStateSucceeded | Kind::MapStateSucceeded => self.join(lane),
            Kind::ParallelStateFailed | Kind::MapStateFailed => self.fail_fork(lane, id),
            Kind::MapRunStarted(started) => self.open_map_run_of(lane, id, started),
            Kind::MapRunRedriven { count, .. } => self.redrive_map_run_of(lane, id, *count),
            Kind::MapRunSucceeded { output } => {
                self.close_map_run(lane, id, |run| run.ended = Some(Ok(output.clone())))
            }
            Kind::MapRunFailed(failure) => self.close_map_run(lane, id, |run| run.ended = Some(Err(failure.clone()))),
            Kind::MapRunAborted => self.close_map_run(lane, id, |run| run.aborted = true),
            Kind::EvaluationFailed { failure, .. } => self.fail_evaluation(lane, id, failure),
            Kind::Note(note) => self.note(lane, note, at),
        }
    }

    fn start(&mut self, input: &Value, at: Timestamp) {
        self.context = context::Fixed::new(input, at);
        self.start_clock(at);
        let lane = Lane::new(None, self.start, input.clone(), 0);
        self.lanes.insert(LaneId::ROOT, Box::new(lane));
    }

    /// The machine's own timeout counts from here.
    pub(super) fn start_clock(&mut self, at: Timestamp) {
        self.machine_deadline = self.machine_timeout.map(|seconds| at.plus_seconds(seconds as f64));
    }

    fn end(&mut self, status: Status) {
        self.status = status;
        self.wreck = std::mem::take(&mut self.lanes);
        self.tasks.clear();
        self.map_runs.clear();
        self.timers.clear();
        self.deadlines.clear();
        self.ready.clear();
        self.machine_deadline = None;
    }

    /// What every event of a state does: the next one points back to it.
    fn in_lane(&mut self, id: LaneId, event: EventId, change: impl FnOnce(&mut Lane)) {
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.last = event;
            change(lane);
        }
    }

    fn exit_state(&mut self, id: LaneId, event: EventId, exited: &StateExited) {
        self.forget_timer(id);
        self.drop_children(id);
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        lane.last = event;
        lane.assign(exited.assigned.as_ref());
        self.ever_assigned += exited.assigned.as_ref().map_or(0, |assigned| assigned.text_size(PAYLOAD));
        match (exited.next, &lane.origin) {
            (Some(next), _) => {
                lane.state = StateId(next);
                lane.input = exited.output.clone();
                lane.phase = Phase::Entering;
            }
            (None, Some(Origin { parent, index, iteration: None })) => {
                let (parent, index) = (*parent, *index);
                self.lanes.remove(&id);
                self.end_branch(parent, id, index, event, &exited.output);
            }
            (None, _) => lane.phase = Phase::Ended(exited.output.clone()),
        }
    }

    fn end_branch(&mut self, parent: LaneId, lane: LaneId, index: u32, event: EventId, output: &Value) {
        let Some(waiting) = self.lanes.get_mut(&parent) else { return };
        waiting.last = event;
        if let Some(fork) = waiting.fork_mut() {
            fork.close(lane, index, output.clone());
        }
        self.wake(parent);
    }

    fn schedule(&mut self, id: LaneId, event: EventId, scheduled: &Arc<Scheduled>) {
        self.forget_timer(id);
        self.tasks.insert(event, id);
        let run =
            TaskRun { id: event, scheduled: scheduled.clone(), started: None, submitted: false, heartbeat_at: None };
        self.in_lane(id, event, |lane| lane.phase = Phase::Task(Box::new(run)));
    }

    fn end_task(&mut self, id: LaneId, event: EventId, phase: Phase) {
        self.forget_task(id);
        self.in_lane(id, event, |lane| lane.phase = phase);
    }

    fn open_branches(&mut self, id: LaneId, event: EventId, first: LaneId, starts: &[u32], input: &Value) {
        self.forget_timer(id);
        let mut fork = Fork::new(starts.len(), None);
        for (index, &start) in (0..).zip(starts) {
            let branch = LaneId(first.0 + index);
            let origin = Origin { parent: id, index, iteration: None };
            self.lanes.insert(branch, Box::new(Lane::new(Some(origin), StateId(start), input.clone(), event)));
            fork.open.insert(branch);
            self.wake(branch);
        }
        self.next_lane = first.0 + starts.len() as u32;
        self.in_lane(id, event, |lane| lane.phase = Phase::Fork(Box::new(fork)));
    }

    fn open_map(&mut self, id: LaneId, event: EventId, started: &MapStarted) {
        self.forget_timer(id);
        if started.distributed {
            return self
                .in_lane(id, event, |lane| lane.phase = Phase::Distributed(Box::new(Distributed::new(started))));
        }
        let run = MapRun {
            started: event,
            items: started.items.clone(),
            input: started.input.clone(),
            next: 0,
            max_concurrency: started.max_concurrency,
            tolerance: started.tolerance,
            failed: 0,
            freed: Vec::new(),
        };
        let fork = Fork::new(started.length as usize, Some(Box::new(run)));
        self.in_lane(id, event, |lane| lane.phase = Phase::Fork(Box::new(fork)));
    }

    fn open_iteration(&mut self, id: LaneId, event: EventId, origin: Origin, lane: Lane) {
        if let Some(fork) = self.lanes.get_mut(&origin.parent).and_then(|parent| parent.fork_mut()) {
            fork.open.insert(id);
            if let Some(map) = &mut fork.map {
                map.next = origin.index + 1;
                map.freed.pop();
            }
        }
        self.next_lane = id.0 + 1;
        self.lanes.insert(id, Box::new(Lane { origin: Some(origin), last: event, ..lane }));
        self.wake(id);
    }

    fn end_iteration(&mut self, id: LaneId, event: EventId) {
        let Some(lane) = self.lanes.remove(&id) else { return };
        let (Some(origin), Phase::Ended(output)) = (lane.origin, lane.phase) else { return };
        let Some(parent) = self.lanes.get_mut(&origin.parent) else { return };
        parent.last = event;
        if let Some(fork) = parent.fork_mut() {
            fork.close(id, origin.index, output);
            fork.free(lane.last);
        }
        self.wake(origin.parent);
    }

    fn break_iteration(&mut self, id: LaneId, iteration: &Iteration, failure: &Failure) {
        let Some((parent, event)) = self.break_lane(id, failure) else { return };
        let closes = self.lanes.get(&id).is_none_or(|lane| !lane.has_abort_event());
        if closes {
            self.close_lane(id);
        }
        if let Some(fork) = self.lanes.get_mut(&parent).and_then(|lane| lane.fork_mut()) {
            fork.results[iteration.index as usize] = failure.to_value();
            fork.closed += 1;
            fork.free(event);
            if let Some(map) = &mut fork.map {
                map.failed += 1;
            }
        }
    }

    /// Marks a lane as failed and lets its Parallel or Map act next. Gives that one's lane and the failing event.
    fn break_lane(&mut self, id: LaneId, failure: &Failure) -> Option<(LaneId, EventId)> {
        self.forget_task(id);
        self.forget_timer(id);
        self.drop_children(id);
        let lane = self.lanes.get_mut(&id)?;
        lane.phase = Phase::Broken(lane.take_within());
        let (event, parent) = (lane.last, lane.origin.as_ref()?.parent);
        if let Some(waiting) = self.lanes.get_mut(&parent) {
            waiting.last = event;
            if let Some(fork) = waiting.fork_mut() {
                fork.broken = Some(Box::new(Broken { failure: failure.clone(), event, lane: id, is_own: false }));
            }
        }
        self.wake_first(parent);
        Some((parent, event))
    }

    fn abort_iteration(&mut self, id: LaneId) {
        match self.lanes.get_mut(&id) {
            Some(lane) if lane.has_abort_event() => lane.aborting = true,
            _ => self.close_lane(id),
        }
    }

    fn join(&mut self, id: LaneId) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        let result = match &mut lane.phase {
            Phase::Fork(fork) => Value::from(Array::from(std::mem::take(&mut fork.results))),
            Phase::Distributed(run) => {
                // Recorded: what follows points back to the start of the Map Run.
                lane.last = run.begun().unwrap_or(lane.last);
                run.ended.take().and_then(Result::ok).unwrap_or_default()
            }
            _ => return,
        };
        lane.phase = Phase::Done(result);
    }

    fn fail_fork(&mut self, id: LaneId, event: EventId) {
        let failure = match self.lanes.get(&id).map(|lane| &lane.phase) {
            Some(Phase::Fork(fork)) => fork.failure(),
            Some(Phase::Distributed(run)) => run.failure(),
            Some(Phase::Failed(failed)) => failed.failure.clone(),
            _ => Failure::default(),
        };
        self.drop_children(id);
        self.in_lane(id, event, |lane| {
            let within = lane.take_within();
            lane.phase = Phase::Failed(Box::new(Failed { failure, heartbeat: false, asked: Asked::Retriers, within }));
        });
    }

    /// What runs within the state is ended first; of a failure that was met in catching another, nobody is asked.
    fn fail_evaluation(&mut self, id: LaneId, event: EventId, failure: &Failure) {
        self.forget_timer(id);
        self.in_lane(id, event, |lane| {
            let failure = failure.clone();
            if let Phase::Fork(fork) = &mut lane.phase {
                fork.broken = Some(Box::new(Broken { failure, event, lane: id, is_own: true }));
                return;
            }
            let asked = if matches!(lane.phase, Phase::Failed(_)) { Asked::Everybody } else { Asked::Nobody };
            let within = lane.take_within();
            lane.phase = Phase::Failed(Box::new(Failed { failure, heartbeat: false, asked, within }));
        });
    }

    fn note(&mut self, id: LaneId, note: &Note, at: Timestamp) {
        match note {
            Note::WaitScheduled { until } => self.set_timer(id, *until, Phase::Waiting(*until)),
            Note::RetryScheduled { retrier, until } => {
                self.drop_children(id);
                self.set_timer(id, *until, Phase::BackingOff(*until));
                if let Some(lane) = self.lanes.get_mut(&id) {
                    lane.retries.count(*retrier as usize);
                }
            }
            Note::HeartbeatReceived => self.with_task(id, |run| run.heartbeat_at = Some(at)),
            Note::BranchFailed(failure) => {
                self.break_lane(id, failure);
            }
        }
    }

    fn set_timer(&mut self, id: LaneId, until: Timestamp, phase: Phase) {
        if let Some(lane) = self.lanes.get_mut(&id) {
            lane.phase = phase;
            self.timers.insert((until, id));
        }
    }

    fn forget_timer(&mut self, id: LaneId) {
        if let Some(until) = self.lanes.get(&id).and_then(|lane| lane.timer()) {
            self.timers.remove(&(until, id));
        }
    }

    /// Changes what is known of a lane's task, and with it its deadline.
    fn with_task(&mut self, id: LaneId, change: impl FnOnce(&mut TaskRun)) {
        let Some(Phase::Task(run)) = self.lanes.get_mut(&id).map(|lane| &mut lane.phase) else { return };
        if let Some((due, _)) = run.due() {
            self.deadlines.remove(&(due, id));
        }
        change(run);
        if let Some((due, _)) = run.due() {
            self.deadlines.insert((due, id));
        }
    }

    fn forget_task(&mut self, id: LaneId) {
        let Some(run) = self.lanes.get(&id).and_then(|lane| lane.task()) else { return };
        self.tasks.remove(&run.id);
        if let Some((due, _)) = run.due() {
            self.deadlines.remove(&(due, id));
        }
    }

    /// Takes a lane and all that run within it out of the execution; its Parallel or Map remembers it.
    fn close_lane(&mut self, id: LaneId) {
        self.forget_task(id);
        self.forget_map_run(id);
        self.forget_timer(id);
        self.drop_children(id);
        let Some(lane) = self.lanes.remove(&id) else { return };
        let Some(parent) = lane.origin.as_ref().map(|origin| origin.parent) else { return };
        if let Some(fork) = self.lanes.get_mut(&parent).and_then(|lane| lane.fork_mut()) {
            fork.open.remove(&id);
            fork.fallen.push((id, lane));
        }
    }

    fn drop_children(&mut self, id: LaneId) {
        let Some(fork) = self.lanes.get_mut(&id).and_then(|lane| lane.fork_mut()) else { return };
        for child in std::mem::take(&mut fork.open) {
            self.close_lane(child);
        }
    }
}

fn failed(failure: &Failure, heartbeat: bool) -> Phase {
    Phase::Failed(Box::new(Failed { failure: failure.clone(), heartbeat, asked: Asked::Nobody, within: None }))
}

impl Lane {
    fn enter(&mut self, entered: &StateEntered, event: &Event) {
        self.state = StateId(entered.state);
        self.state_type = entered.state_type;
        self.name = entered.name.clone();
        self.entered = event.id;
        self.entered_at = event.at;
        self.led_by = event.previous;
        self.retries.clear();
        self.phase = Phase::Entered;
    }

    fn assign(&mut self, assigned: Option<&Value>) {
        let Some(assigned) = assigned.and_then(Value::as_object) else { return };
        let variables = self.variables.get_or_insert_with(Box::default);
        for (name, value) in assigned.iter() {
            Members::insert(variables, Str::clone(name), value.clone());
        }
    }
}
