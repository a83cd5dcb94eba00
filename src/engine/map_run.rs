//! Map Runs: what a driver needs to run the items of a distributed Map as child executions.
//!
//! A Map Run is like a task: the history says that it began ([`MapRunStarted`], with everything that the state's
//! expressions gave for it) and how it ended, and nothing of its children, as the service has it. In between it is
//! *outside*: [`Execution::map_runs`] shows it while it is open, a driver reads the items, makes a child execution of each
//! ([`Execution::of_items`]), keeps what became of them, and answers with
//! [`Input::MapRunEnded`](super::Input::MapRunEnded).
//!
//! So neither this execution's history nor its state grows with the items. An open Map Run can be sent to other threads:
//! [`MapRun::child_input`] reads nothing of the execution that it was taken from.

use std::sync::Arc;

use super::decide::{Cx, Fault};
use super::lane::{Distributed, Lane, Phase};
use super::pipeline::Site;
use super::{Ambient, Execution, Identity, Settings};
use crate::check::Machine;
use crate::definition::{FlowId, Map, QueryLanguage, ResultPath, Selection, State, StateId, StateKind};
use crate::history::{EventId, Failure, LaneId, MapRunStarted, MapStarted};
use crate::value::{Members, Str, Value};

/// A Map Run that should be running now.
#[derive(Debug)]
pub struct MapRun {
    /// The event that started it.
    pub id: EventId,
    /// Where its Map state is.
    pub lane: LaneId,
    /// What the state's expressions gave.
    pub started: Arc<MapRunStarted>,
    /// How often it was redriven.
    pub redrives: u32,
    /// How many items there are; 0 where an item reader gives them.
    pub length: u64,
    /// The items: an array or an object; null where an item reader gives them.
    pub items: Value,
    /// The most child executions at once; 0 is unbounded.
    pub max_concurrency: u64,
    /// Whether the state does anything with the children's outputs. If not, nobody needs to keep them.
    pub reads_results: bool,
    /// An execution in which there is the Map state and what its item selector can see.
    view: Execution,
}

/// An item on its way to a child execution.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// From 0.
    pub index: u32,
    /// An object's item has a name.
    pub key: Option<&'a Str>,
    /// The item.
    pub value: &'a Value,
    /// Where it comes from: `STATE_DATA`, `S3://bucket/key`.
    pub source: &'a str,
}

impl MapRun {
    /// The Map state.
    pub fn map<'m>(&self, machine: &'m Machine) -> &'m Map {
        match &machine.definition().state(StateId(self.started.state)).kind {
            StateKind::Map(map) => map,
            _ => unreachable!("a Map Run belongs to a Map"),
        }
    }

    /// What an item becomes: what `ItemSelector` makes of it.
    ///
    /// # Errors
    /// That an expression of the item selector has no value.
    pub fn child_input(&self, machine: &Machine, ambient: &mut dyn Ambient, item: Item<'_>) -> Result<Value, Failure> {
        let map = self.map(machine);
        let Some(lane) = self.view.lanes.get(&LaneId::ROOT).filter(|_| map.item_selector.is_some()) else {
            return Ok(item.value.clone());
        };
        let site = Site::new(&self.view, machine, LaneId::ROOT, lane);
        let now = ambient.now();
        let input = super::state::map::item_input(&site, &mut Cx { machine, now, ambient }, map, &lane.input, item);
        input.map_err(|fault| match fault {
            Fault::Failed(failure) | Fault::Evaluation { failure, .. } => failure,
        })
    }

    /// The same for another thread.
    pub fn for_thread(&self, machine: &Machine) -> MapRun {
        MapRun {
            started: self.started.clone(),
            items: self.items.clone(),
            view: self.view.view_of(machine, LaneId::ROOT),
            ..*self
        }
    }
}

impl Execution {
    /// An execution of the items of a Map Run: of the flow `processor`, with nothing around it.
    pub fn of_items(machine: &Machine, processor: FlowId, identity: Identity, settings: Settings) -> Execution {
        let mut execution = Execution::new(machine, identity, settings);
        execution.start = machine.start(processor);
        execution.machine_timeout = None;
        execution
    }

    /// The Map Runs that should be running now, oldest first.
    pub fn map_runs(&self) -> impl Iterator<Item = EventId> + '_ {
        self.map_runs.keys().copied()
    }

    /// The open Map Run with this id.
    pub fn map_run(&self, machine: &Machine, id: EventId) -> Option<MapRun> {
        let lane_id = *self.map_runs.get(&id)?;
        let Phase::Distributed(run) = &self.lanes.get(&lane_id)?.phase else { return None };
        let (id, started) = run.started.clone()?;
        Some(MapRun {
            id,
            lane: lane_id,
            redrives: run.redriven.map_or(0, |(count, _)| count),
            length: run.length,
            items: run.items.clone(),
            max_concurrency: run.max_concurrency,
            reads_results: reads_result(machine.definition().state(StateId(started.state))),
            started,
            view: self.view_of(machine, lane_id),
        })
    }

    /// An execution that has one lane, at rest: a copy of `lane` in which `$` is the Map's effective input and the
    /// variables are all that the lane can see.
    fn view_of(&self, machine: &Machine, lane: LaneId) -> Execution {
        let mut view = Execution::new(machine, self.identity.clone(), self.settings);
        view.context = self.context.clone();
        if let Some(lane) = self.lanes.get(&lane) {
            view.lanes.insert(LaneId::ROOT, Box::new(self.at_rest(lane)));
        }
        view
    }

    fn at_rest(&self, lane: &Lane) -> Lane {
        let input = match &lane.phase {
            Phase::Distributed(run) => run.input.clone(),
            _ => lane.input.clone(),
        };
        Lane {
            name: lane.name.clone(),
            state_type: lane.state_type,
            entered: lane.entered,
            entered_at: lane.entered_at,
            retries: lane.retries.clone(),
            variables: Some(Box::new(self.all_variables(lane))),
            ..Lane::new(None, lane.state, input, lane.last)
        }
    }

    fn all_variables(&self, lane: &Lane) -> Members {
        let mut scopes = vec![lane];
        while let Some(around) = scopes.last().and_then(|lane| self.lanes.get(&lane.origin.as_ref()?.parent)) {
            scopes.push(around);
        }
        let mut all = Members::new();
        for (name, value) in
            scopes.iter().rev().filter_map(|lane| lane.variables.as_ref()).flat_map(|scope| scope.iter())
        {
            all.insert(Str::clone(name), value.clone());
        }
        all
    }
}

/// Whether the result of a state can be told from its output and its variables.
fn reads_result(state: &State) -> bool {
    let paths = &state.paths;
    if paths.result_selector.is_some() || state.assign.is_some() || state.query_language == QueryLanguage::Jsonata {
        return true;
    }
    match (&paths.result, &paths.output) {
        (ResultPath::Discard, _) | (_, Selection::Nothing) => false,
        (ResultPath::Path(place), Selection::Path(output)) => !output.misses(place),
        _ => true,
    }
}

impl Execution {
    /// The Map Run that is open in a lane.
    pub(super) fn open_map_run(&self, lane: LaneId) -> Option<EventId> {
        match &self.lanes.get(&lane)?.phase {
            Phase::Distributed(run) if !run.is_over() => run.started.as_ref().map(|(id, _)| *id),
            _ => None,
        }
    }

    pub(super) fn open_map_run_of(&mut self, id: LaneId, event: EventId, started: &Arc<MapRunStarted>) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        lane.last = event;
        if let Phase::Distributed(run) = &mut lane.phase {
            run.started = Some((event, started.clone()));
            self.map_runs.insert(event, id);
        }
    }

    pub(super) fn redrive_map_run_of(&mut self, id: LaneId, event: EventId, count: u32) {
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        lane.last = event;
        if let Phase::Distributed(run) = &mut lane.phase
            && let Some((started, _)) = run.started
        {
            run.redriven = Some((count, event));
            run.awaits_redrive = false;
            self.map_runs.insert(started, id);
        }
    }

    pub(super) fn close_map_run(&mut self, id: LaneId, event: EventId, change: impl FnOnce(&mut Distributed)) {
        self.forget_map_run(id);
        let Some(lane) = self.lanes.get_mut(&id) else { return };
        lane.last = event;
        if let Phase::Distributed(run) = &mut lane.phase {
            change(run);
        }
    }

    pub(super) fn forget_map_run(&mut self, id: LaneId) {
        if let Some(event) = self.open_map_run(id) {
            self.map_runs.remove(&event);
        }
    }
}

impl Distributed {
    pub fn new(started: &MapStarted) -> Distributed {
        Distributed {
            length: started.length,
            items: started.items.clone(),
            input: started.input.clone(),
            max_concurrency: started.max_concurrency,
            tolerance: started.tolerance,
            started: None,
            redriven: None,
            awaits_redrive: false,
            ended: None,
            aborted: false,
        }
    }

    /// With what it failed.
    pub fn failure(&self) -> Failure {
        match &self.ended {
            Some(Err(failure)) => failure.clone(),
            _ => Failure::default(),
        }
    }

    /// Whether its driver has nothing more to do for it.
    pub fn is_over(&self) -> bool {
        self.started.is_none() || self.ended.is_some() || self.aborted || self.awaits_redrive
    }

    /// The event with which it began, or began again.
    pub fn begun(&self) -> Option<EventId> {
        self.redriven.map(|(_, event)| event).or(self.started.as_ref().map(|(started, _)| *started))
    }
}
