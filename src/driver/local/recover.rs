//! What a killed process has left behind: ended, or called again.

use hashbrown::HashMap;
use tokio::task::spawn_local;

use super::run::{GRACE, Run};
use super::tasks::runs_once;
use crate::definition::Pattern;
use crate::driver::Signal;
use crate::driver::unix::process::{self, ProcessGroup};
use crate::engine::Input;
use crate::history::{EventId, Failure, Kind};

/// What was called before a kill, and had not come to its end by itself.
#[derive(Debug, Default)]
pub(super) struct Called(HashMap<EventId, Left>);

/// What a call has left behind.
#[derive(Debug)]
enum Left {
    /// There was no time to note it.
    Unknown,
    /// A command's process group.
    Group(ProcessGroup),
    /// An execution that the task waited for.
    Child(String),
}

/// How a child execution is noted where a command would note its process group.
const CHILD: &str = "execution ";

/// The note that a task is about to wait for an execution.
pub(super) fn note_of_child(name: &str) -> String {
    format!("{CHILD}{name}")
}

impl Called {
    /// Takes what was noted of a call.
    pub fn add(&mut self, task: EventId, note: &str) {
        let left = match (note.strip_prefix(CHILD), note.parse()) {
            (Some(name), _) => Left::Child(name.to_owned()),
            (None, Ok(group)) => Left::Group(group),
            (None, Err(_)) => Left::Unknown,
        };
        self.0.insert(task, left);
    }

    /// Whether an event says that a task's call is over, and not because it was ended.
    pub fn is_told_by(kind: &Kind) -> bool {
        matches!(kind, Kind::TaskSubmitted { .. } | Kind::TaskSucceeded { .. } | Kind::TaskFailed { .. })
    }

    /// Takes such an event of the task. A child execution goes on when it was submitted.
    pub fn remove(&mut self, task: EventId, told_by: &Kind) {
        let is_submitted = matches!(told_by, Kind::TaskSubmitted { .. });
        if !(is_submitted && matches!(self.0.get(&task), Some(Left::Child(_)))) {
            self.0.remove(&task);
        }
    }

    fn contains(&self, task: EventId) -> bool {
        self.0.contains_key(&task)
    }

    fn has_group(&self, task: EventId) -> bool {
        matches!(self.0.get(&task), Some(Left::Group(_)))
    }

    fn groups(&self) -> impl Iterator<Item = &ProcessGroup> {
        self.0.values().filter_map(|left| match left {
            Left::Group(group) => Some(group),
            _ => None,
        })
    }

    fn children(&self) -> impl Iterator<Item = (EventId, &str)> {
        self.0.iter().filter_map(|(&task, left)| match left {
            Left::Child(name) => Some((task, &**name)),
            _ => None,
        })
    }
}

impl Run<'_> {
    /// After a kill: deadlines that have passed come first; then what was left over is ended, and tasks that had started
    /// are called again, unless they say that this must not be. A signal that comes meanwhile ends it.
    pub(super) async fn recover(&mut self, called: Called) -> anyhow::Result<Option<Signal>> {
        self.take_inputs()?;
        self.reopen_callbacks()?;
        for (task, name) in called.children() {
            if self.execution.task(task).is_none() {
                self.stop_execution(name.to_owned(), None);
            }
        }
        let open = self.unanswered();
        let ends = self.end_left_over(&called, &open);
        tokio::select! {
            () = ends => {}
            signal = self.mode.signals.next() => return Ok(Some(signal)),
        }
        // All of them are called now.
        self.work.to_call.clear();
        self.work.to_begin = self.execution.map_runs().collect();
        for due in self.prepare(open)? {
            if runs_once(&due.bound) && called.contains(due.task.id) {
                self.inputs.push_back(Input::Failed { task: due.task.id, failure: interrupted() });
            } else {
                self.call(due);
            }
        }
        Ok(None)
    }

    /// The open tasks that wait for something else than their token.
    pub(super) fn unanswered(&self) -> Vec<EventId> {
        let waits = |task: &_| self.pattern(task) == Pattern::WaitForTaskToken;
        self.execution.tasks().filter(|task| !(task.submitted && waits(task))).map(|task| task.id).collect()
    }

    /// Ends the groups that were running or being ended, and what an open task started when there was no time left to
    /// note its group.
    pub(super) fn end_left_over(&self, called: &Called, open: &[EventId]) -> impl Future<Output = ()> + use<> {
        let unnoted = open.iter().filter(|&&task| !called.has_group(task));
        let tokens = unnoted.map(|&task| self.token(task)).collect();
        let groups = called.groups().cloned().chain(process::groups_with("SFN_TASK_TOKEN", &tokens));
        let ends = groups.map(|group| {
            let owner = self.identity.arn.clone();
            spawn_local(async move { process::end_group(&group, &owner, GRACE).await })
        });
        let ends: Vec<_> = ends.collect();
        async move {
            for end in ends {
                // Whether there was anything to end makes no difference.
                let _ = end.await;
            }
        }
    }
}

fn interrupted() -> Failure {
    let cause = "sfn was ended while the task was running; the binding says on_crash = \"fail\"";
    Failure { error: Some("Sfn.Interrupted".into()), cause: Some(cause.into()) }
}
