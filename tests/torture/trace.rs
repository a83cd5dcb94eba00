//! What tasks wrote down, held against what was recorded of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sfn::driver::token::Token;
use sfn::history::{Event, Kind, LaneId};

/// A line that a task wrote when it began: its state's name and its token.
pub const LINE: &str = r#"echo "$SFN_STATE_NAME $SFN_TASK_TOKEN" >>trace"#;

/// A task: the execution's name, and the event that scheduled it.
pub type Task = (String, u64);

/// The tasks that began, in order, and their states' names.
pub fn begun(trace: &Path) -> Vec<(String, Task)> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    let parsed = text.lines().map(|line| {
        let (state, token) = line.rsplit_once(' ').expect("a whole line");
        let Token { execution, task, .. } = Token::parse(token).expect("a token");
        (state.to_owned(), (execution, task))
    });
    parsed.collect()
}

/// What a history says of tasks.
#[derive(Default)]
pub struct Told {
    /// The events that scheduled one, and the states' names.
    pub scheduled: BTreeMap<u64, String>,
    /// Those that were told to be over: ended, or submitted to whoever answers them.
    pub finished: BTreeSet<u64>,
    /// Where each lane is: the state's name, and the task.
    lanes: BTreeMap<LaneId, (String, u64)>,
}

impl Told {
    pub fn by<'a>(events: impl IntoIterator<Item = &'a Event>) -> Told {
        let mut told = Told::default();
        events.into_iter().for_each(|event| told.add(event));
        told
    }

    fn add(&mut self, event: &Event) {
        let (state, task) = self.lanes.entry(event.lane).or_default();
        match &event.kind {
            Kind::StateEntered(entered) => *state = entered.name.to_string(),
            Kind::TaskScheduled(_) => {
                *task = event.id;
                self.scheduled.insert(event.id, state.clone());
            }
            Kind::TaskSubmitted { .. }
            | Kind::TaskSucceeded { .. }
            | Kind::TaskFailed { .. }
            | Kind::TaskTimedOut { .. } => {
                self.finished.insert(*task);
            }
            _ => {}
        }
    }
}
