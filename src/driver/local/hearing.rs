//! What the loop of an execution hears, and what becomes of it: by far most is an input to the engine, in the order in which
//! it came.

use super::child::child_name;
use super::post::{ChildNews, Heard, Message};
use super::run::Run;
use crate::engine::Input;
use crate::history::EventId;
use crate::value::Value;

impl Run<'_> {
    /// Everything that has already come, so that it is recorded together.
    pub fn take_waiting(&mut self) -> anyhow::Result<()> {
        while let Some(heard) = self.post.waiting() {
            self.hear(heard)?;
        }
        Ok(())
    }

    pub fn hear(&mut self, heard: Heard) -> anyhow::Result<()> {
        match heard {
            Heard::Message(message) => self.take_message(message),
            Heard::Delivery(delivery) => self.take_delivery(delivery),
        }
    }

    fn take_message(&mut self, message: Message) -> anyhow::Result<()> {
        match message {
            Message::Finished { task, outcome, ends_task } => {
                self.work.remove(task);
                self.take_outcome(task, outcome, ends_task);
            }
            Message::Child { task, news } => self.take_news(task, news)?,
            Message::MapRun { map_run, news } => self.take_map_run_news(map_run, news)?,
            Message::DetachedEnded { execution, trouble } => {
                self.work.detached_ended(&execution);
                if let Some(trouble) = trouble {
                    self.observer.warning(&format!("{trouble:#}"));
                }
            }
            Message::Spawned { task, group } => {
                self.record.append_called(task, &group)?;
                self.record.write_out()?;
            }
            Message::Stderr { state, line } => self.observer.task_stderr(&state, &line),
            Message::Warning(message) => self.observer.warning(&message),
        }
        Ok(())
    }

    /// What a child execution says before it is over, and then; trouble with it ends the run and says nothing of the task.
    fn take_news(&mut self, task: EventId, news: ChildNews) -> anyhow::Result<()> {
        match news {
            ChildNews::Started(answer) => self.child_started(task, answer),
            ChildNews::Ended(outcome) => {
                self.work.remove(task);
                self.work.children.remove(&task);
                self.take_outcome(task, outcome, true);
            }
            ChildNews::Suspended(suspension) => {
                self.work.remove(task);
                if let Some(child) = self.work.children.get_mut(&task) {
                    child.suspended = Some(suspension);
                }
            }
            ChildNews::Broken(error) => return Err(error),
        }
        Ok(())
    }

    fn child_started(&mut self, task: EventId, answer: Value) {
        if let Some(child) = self.work.children.get(&task) {
            debug_assert!(child.suspended.is_none(), "a child is not suspended while it runs");
            if self.execution.task(task).is_some_and(|open| !open.submitted) {
                self.inputs.push_back(Input::Submitted { task, output: answer });
            }
        } else if let (Some(open), Some(work)) = (self.execution.task(task), self.work.remove(task)) {
            self.work.detach(child_name(&self.identity.name, &open), work);
            self.take_outcome(task, Ok(answer), false);
        }
    }
}
