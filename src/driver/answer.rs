//! What somebody who has a task's token can say, and what the service says when that cannot be taken.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::history::Failure;
use crate::value::Value;

/// `SendTaskSuccess`, `SendTaskFailure` or `SendTaskHeartbeat`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The task's result.
    Success(Value),
    /// The task's error.
    Failure(Failure),
    /// The task is still being worked on.
    Heartbeat,
}

/// Why an answer is not taken: the service's errors (asl.md B8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerError {
    /// `InvalidToken`: no token of ours.
    InvalidToken,
    /// `TaskDoesNotExist`: its execution is not here.
    TaskDoesNotExist,
    /// `TaskTimedOut`: the task has timed out or was closed.
    TaskTimedOut,
    /// `InvalidOutput`: the output is no JSON, or too large.
    InvalidOutput(String),
}

impl AnswerError {
    /// The service's name for it.
    pub fn code(&self) -> &'static str {
        match self {
            AnswerError::InvalidToken => "InvalidToken",
            AnswerError::TaskDoesNotExist => "TaskDoesNotExist",
            AnswerError::TaskTimedOut => "TaskTimedOut",
            AnswerError::InvalidOutput(_) => "InvalidOutput",
        }
    }

    /// The service's text, where it is known.
    pub fn message(&self) -> String {
        match self {
            AnswerError::InvalidToken => "Invalid Token: 'Invalid token'".to_owned(),
            AnswerError::TaskDoesNotExist => "Task does not exist".to_owned(),
            AnswerError::TaskTimedOut => "Task Timed Out: 'Provided task does not exist anymore'".to_owned(),
            AnswerError::InvalidOutput(reason) => format!("Invalid Output: '{reason}'"),
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for AnswerError {}
