//! What the tasks of an execution are told of it and of themselves.

use std::ffi::OsString;
use std::path::PathBuf;

use super::run::Run;
use crate::driver::invoke::Call;
use crate::driver::token::Key;
use crate::engine::{Identity, OpenTask};
use crate::history::EventId;
use crate::value::Str;

/// The same for all tasks of an execution.
#[derive(Debug)]
pub(super) struct Told {
    identity: Identity,
    key: Key,
    state_dir: PathBuf,
    /// What the path of a task's result file begins with.
    result_file: OsString,
}

impl Told {
    pub fn of(run: &Run<'_>) -> Told {
        Told {
            identity: run.identity.clone(),
            key: run.world.key.clone(),
            state_dir: run.host.store.root().to_owned(),
            result_file: match run.record.kept() {
                Some(kept) => kept.owned.file("result-"),
                None => std::env::temp_dir().join(format!("sfn-{}-{}-", std::process::id(), run.identity.name)),
            }
            .into(),
        }
    }

    /// What one of them is told.
    pub fn call(&self, task: &OpenTask, request_id: Str) -> Call {
        Call {
            token: self.token(task.id).into(),
            state: task.state.clone(),
            execution_id: self.identity.arn.clone(),
            execution_name: self.identity.name.clone(),
            retry_count: task.retry_count,
            state_dir: self.state_dir.clone(),
            result_file: self.result_file(task.id),
            region: task.scheduled.region.clone(),
            request_id,
        }
    }

    fn token(&self, task: EventId) -> String {
        self.key.token(&self.identity.name, task).to_string()
    }

    /// A file that the task may write its result to; nothing is there.
    fn result_file(&self, task: EventId) -> PathBuf {
        let mut path = self.result_file.clone();
        path.push(task.to_string());
        path.into()
    }
}
