//! Where each lane of an execution stands, as its recorded events tell: what the reports have in common.
//!
//! It sees every event of an execution, so it does little: for a state entered, one look-up and one shared name.

use std::collections::BTreeMap;
use std::iter::successors;
use std::ops::Range;

use hashbrown::HashMap;

use super::Style;
use crate::history::{Event, Failure, Kind, LaneId, Note, StateType};
use crate::value::{Str, Timestamp};

/// From so many items on, a Map is a crowd: its iterations are counted, not told one by one.
pub const CROWD: u64 = 21;

/// So many failed items of a Map are remembered.
const TOLD: usize = 5;

/// All open lanes.
#[derive(Debug, Default)]
pub struct Lanes {
    open: HashMap<LaneId, Lane>,
    started: Option<Timestamp>,
}

/// One lane: the machine's own states, a branch, or an iteration.
#[derive(Debug, Default)]
struct Lane {
    place: Option<Place>,
    crowd: Option<LaneId>,
    /// It ended by force: it is kept, since a redrive may go on with it.
    fallen: bool,
    visit: Option<Visit>,
}

/// Where a branch or an iteration belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    parent: LaneId,
    kind: PlaceKind,
    index: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlaceKind {
    Branch,
    Item,
}

/// A state that was entered and not left.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its name.
    pub name: Str,
    /// Its type.
    pub state_type: StateType,
    /// Its index in the definition.
    pub state: u32,
    /// When it was entered.
    pub entered: Timestamp,
    /// When the present attempt began.
    pub attempt_began: Timestamp,
    /// How often each of its retriers was used.
    retries: BTreeMap<u32, u32>,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
    /// Of a Map: how far it is.
    pub items: Option<Items>,
    /// Of a Parallel or Map: the first branch or iteration that failed in the present attempt.
    pub failed_child: Option<Box<FailedChild>>,
    /// Of a Map: the first items that failed in the present attempt, and why.
    pub failed_items: Vec<(u32, Failure)>,
    branches: Range<u32>,
    /// How many of its iterations failed or were aborted.
    fallen: u64,
}

/// A branch or an iteration that failed.
#[derive(Clone, Debug)]
pub struct FailedChild {
    /// `Name#0`, `Name[3]`
    pub label: String,
    /// Why.
    pub failure: Failure,
    /// The state it was in.
    pub visit: Option<Visit>,
}

/// How far a Map is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Items {
    /// All of them.
    pub length: u64,
    /// Iterations that have come to their end, well or not; those that were aborted have not.
    pub done: u64,
    /// Those that failed.
    pub failed: u64,
}

/// How far a Map of many items is, after an event that changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The lane in which the Map stands: as long as it runs, no other Map has it.
    pub map: LaneId,
    /// The Map's name, after those it stands in.
    pub name: String,
    /// How far.
    pub items: Items,
    /// Whether the Map has ended.
    pub ended: bool,
}

impl Lanes {
    /// Takes in what an event opens or changes. Call it before the event is told, [`Lanes::leave`] after.
    pub fn enter(&mut self, event: &Event) {
        match &event.kind {
            Kind::ExecutionStarted { .. } => {
                self.started = Some(event.at);
                self.open.insert(LaneId::ROOT, Lane::default());
            }
            Kind::StateEntered(entered) => {
                let visit = Visit::new(entered.name.clone(), entered.state_type, entered.state, event.at);
                self.open.entry(event.lane).or_default().visit = Some(visit);
            }
            Kind::ParallelStateStarted { first, starts, .. } => {
                self.begin_attempt(event);
                self.open_branches(event.lane, first.0..first.0.saturating_add(starts.len() as u32));
            }
            Kind::MapStateStarted(started) => {
                self.begin_attempt(event);
                let items = Items { length: started.length, ..Items::default() };
                self.change(event.lane, |visit| visit.items = Some(items));
            }
            Kind::MapIterationStarted { iteration, parent, .. } => {
                self.open_lane(event.lane, Place { parent: *parent, kind: PlaceKind::Item, index: iteration.index });
            }
            Kind::MapIterationSucceeded(_) => self.count_item(event.lane, None),
            Kind::MapIterationFailed(_, failure) => {
                self.count_item(event.lane, Some(failure));
                self.child_failed(event.lane, failure);
            }
            Kind::Note(Note::BranchFailed(failure)) => self.child_failed(event.lane, failure),
            Kind::ExecutionRedriven { .. } => self.revive(event.at),
            Kind::TaskScheduled(_) => self.begin_attempt(event),
            Kind::TaskFailed { failure, .. }
            | Kind::TaskTimedOut { failure, .. }
            | Kind::EvaluationFailed { failure, .. } => {
                self.change(event.lane, |visit| visit.failure = Some(failure.clone()));
            }
            Kind::ParallelStateFailed | Kind::MapStateFailed => self.change(event.lane, |visit| {
                visit.failure =
                    visit.failed_child.as_ref().map(|child| child.failure.clone()).or(Some(Failure::default()));
            }),
            Kind::Note(Note::RetryScheduled { retrier, .. }) => {
                self.change(event.lane, |visit| visit.count_retry(*retrier));
            }
            _ => {}
        }
    }

    /// Takes in what an event closes.
    pub fn leave(&mut self, event: &Event) {
        match &event.kind {
            Kind::StateExited(_) => {
                if let Some(visit) = self.open.get_mut(&event.lane).and_then(|lane| lane.visit.take()) {
                    self.forget_children(event.lane, &visit);
                }
            }
            Kind::MapIterationSucceeded(_) => drop(self.open.remove(&event.lane)),
            Kind::MapIterationFailed(..) | Kind::MapIterationAborted(_) => self.fall(event.lane),
            _ => {}
        }
    }

    /// Seconds from the execution's start to `at`; none while no start was seen.
    pub fn elapsed(&self, at: Timestamp) -> Option<f64> {
        self.started.map(|started| at.seconds_since(started))
    }

    /// The state a lane is in.
    pub fn visit(&self, lane: LaneId) -> Option<&Visit> {
        self.open.get(&lane).filter(|lane| !lane.fallen)?.visit.as_ref()
    }

    /// What stands before a state's name: `Ship[2] › Pay#0 › `; nothing for the machine's own states.
    pub fn prefix(&self, lane: LaneId, style: Style) -> String {
        let around = successors(self.place(lane), |place| self.place(place.parent));
        let mut labels: Vec<String> = around.map(|place| self.label(place) + style.separator()).collect();
        labels.reverse();
        labels.concat()
    }

    /// The name of a branch or iteration: `Ship[2]`, `Pay#0`, after those it stands in; none for the machine itself.
    pub fn path(&self, lane: LaneId, style: Style) -> Option<String> {
        let place = self.place(lane)?;
        Some(self.prefix(place.parent, style) + &self.label(place))
    }

    /// The lane of the outermost Map of many items that this lane runs under.
    pub fn crowd(&self, lane: LaneId) -> Option<LaneId> {
        self.open.get(&lane)?.crowd
    }

    /// How far the Map of many items is that this event belongs to, if the event changed that. Call it between
    /// [`Lanes::enter`] and [`Lanes::leave`].
    pub fn progress(&self, event: &Event, style: Style) -> Option<Progress> {
        let (map, ended) = match &event.kind {
            Kind::MapStateStarted(_) => (event.lane, false),
            Kind::MapStateSucceeded | Kind::MapStateFailed => (event.lane, true),
            Kind::StateAborted(StateType::Map) | Kind::Note(Note::RetryScheduled { .. }) => (event.lane, true),
            Kind::MapIterationSucceeded(_) | Kind::MapIterationFailed(..) => (self.place(event.lane)?.parent, false),
            _ => return None,
        };
        let visit = self.visit(map)?;
        let items = visit.items.filter(|items| items.length >= CROWD)?;
        let outermost = self.crowd(map).is_none();
        outermost.then(|| Progress { map, name: self.prefix(map, style) + &visit.name, items, ended })
    }

    fn place(&self, lane: LaneId) -> Option<Place> {
        self.open.get(&lane)?.place
    }

    fn label(&self, place: Place) -> String {
        let name = self.visit(place.parent).map_or("?", |visit| &*visit.name);
        match place.kind {
            PlaceKind::Branch => format!("{name}#{}", place.index),
            PlaceKind::Item => format!("{name}[{}]", place.index),
        }
    }

    fn change(&mut self, lane: LaneId, change: impl FnOnce(&mut Visit)) {
        if let Some(visit) = self.open.get_mut(&lane).and_then(|lane| lane.visit.as_mut()) {
            change(visit);
        }
    }

    /// An iteration ended by force.
    fn fall(&mut self, lane: LaneId) {
        let Some(place) = self.place(lane) else { return };
        if let Some(lane) = self.open.get_mut(&lane) {
            lane.fallen = true;
        }
        self.change(place.parent, |visit| visit.fallen += 1);
    }

    /// The branches and iterations of a state that was left, or begins anew.
    fn forget_children(&mut self, parent: LaneId, visit: &Visit) {
        for branch in visit.branches.clone() {
            self.open.remove(&LaneId(branch));
        }
        if visit.fallen > 0 {
            self.open.retain(|_, lane| !lane.fallen || lane.place.is_none_or(|place| place.parent != parent));
        }
    }

    /// What had failed or was aborted goes on.
    fn revive(&mut self, at: Timestamp) {
        for lane in self.open.values_mut() {
            lane.fallen = false;
            if let Some(visit) = &mut lane.visit {
                visit.revive(at);
            }
        }
    }

    fn begin_attempt(&mut self, event: &Event) {
        if let Some(visit) = self.visit(event.lane).filter(|visit| visit.fallen > 0).cloned() {
            self.forget_children(event.lane, &visit);
            self.change(event.lane, |visit| visit.fallen = 0);
        }
        self.change(event.lane, |visit| {
            visit.attempt_began = event.at;
            visit.failure = None;
            visit.failed_child = None;
            visit.failed_items.clear();
        });
    }

    fn open_branches(&mut self, parent: LaneId, branches: Range<u32>) {
        let mut former = branches.clone();
        self.change(parent, |visit| former = std::mem::replace(&mut visit.branches, branches.clone()));
        for branch in former {
            self.open.remove(&LaneId(branch));
        }
        for (index, branch) in branches.enumerate() {
            self.open_lane(LaneId(branch), Place { parent, kind: PlaceKind::Branch, index: index as u32 });
        }
    }

    /// Lanes are counted as they open. Events that say otherwise are no execution's, but stand in a file that somebody
    /// wants to see: a lane around itself would have no path.
    fn open_lane(&mut self, lane: LaneId, place: Place) {
        if lane <= place.parent {
            return;
        }
        let of_many = self.visit(place.parent).and_then(|visit| visit.items).is_some_and(|items| items.length >= CROWD);
        let crowd = self.crowd(place.parent).or(of_many.then_some(place.parent));
        self.open.insert(lane, Lane { place: Some(place), crowd, ..Lane::default() });
    }

    fn count_item(&mut self, lane: LaneId, failure: Option<&Failure>) {
        let Some(place) = self.place(lane) else { return };
        self.change(place.parent, |visit| {
            if let Some(items) = &mut visit.items {
                items.done += 1;
                items.failed += u64::from(failure.is_some());
            }
            if let Some(failure) = failure.filter(|_| visit.failed_items.len() < TOLD) {
                visit.failed_items.push((place.index, failure.clone()));
            }
        });
    }

    fn child_failed(&mut self, lane: LaneId, failure: &Failure) {
        let Some(place) = self.place(lane) else { return };
        let label = self.label(place);
        let visit = self.visit(lane).cloned();
        self.change(place.parent, |parent| {
            parent.failed_child.get_or_insert_with(|| Box::new(FailedChild { label, failure: failure.clone(), visit }));
        });
    }
}

impl Visit {
    fn new(name: Str, state_type: StateType, state: u32, at: Timestamp) -> Visit {
        Visit {
            name,
            state_type,
            state,
            entered: at,
            attempt_began: at,
            retries: BTreeMap::new(),
            failure: None,
            items: None,
            failed_child: None,
            failed_items: Vec::new(),
            branches: 0..0,
            fallen: 0,
        }
    }

    /// How often the state was retried.
    pub fn retry_count(&self) -> u32 {
        self.retries.values().sum()
    }

    /// How often this retrier was used.
    pub fn retries_by(&self, retrier: usize) -> u64 {
        u32::try_from(retrier).ok().and_then(|retrier| self.retries.get(&retrier)).copied().unwrap_or(0).into()
    }

    fn revive(&mut self, at: Timestamp) {
        if let Some(items) = &mut self.items {
            items.done = items.done.saturating_sub(self.fallen);
            items.failed = 0;
        }
        self.fallen = 0;
        self.attempt_began = at;
        self.retries.clear();
        self.failure = None;
        self.failed_child = None;
    }

    fn count_retry(&mut self, retrier: u32) {
        *self.retries.entry(retrier).or_default() += 1;
    }
}
