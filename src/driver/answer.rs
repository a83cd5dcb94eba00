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
    /// `ValidationException`: an error or a cause is longer than the service takes.
    TooLong(String),
}

/// The most characters of an error's name, and of its cause.
const LONGEST_ERROR: usize = 256;
const LONGEST_CAUSE: usize = 32_768;

/// Whether the service would take this error and this cause from somebody who ends a task or an execution.
pub fn check_failure(failure: &Failure) -> Result<(), AnswerError> {
    let limits = [("error", &failure.error, LONGEST_ERROR), ("cause", &failure.cause, LONGEST_CAUSE)];
    let too_long = limits.into_iter().filter(|(_, text, most)| {
        let length = text.as_ref().map_or(0, |text| text.chars().count());
        length > *most
    });
    let wrong: Vec<String> = too_long
        .map(|(name, _, most)| {
            format!(
                "Value at '{name}' failed to satisfy constraint: Member must have length less than or equal to {most}"
            )
        })
        .collect();
    match wrong.len() {
        0 => Ok(()),
        1 => Err(AnswerError::TooLong(format!("1 validation error detected: {}", wrong[0]))),
        count => Err(AnswerError::TooLong(format!("{count} validation errors detected: {}", wrong.join("; ")))),
    }
}

impl AnswerError {
    /// The service's name for it.
    pub fn code(&self) -> &'static str {
        match self {
            AnswerError::InvalidToken => "InvalidToken",
            AnswerError::TaskDoesNotExist => "TaskDoesNotExist",
            AnswerError::TaskTimedOut => "TaskTimedOut",
            AnswerError::InvalidOutput(_) => "InvalidOutput",
            AnswerError::TooLong(_) => "ValidationException",
        }
    }

    /// The service's text, where it is known.
    pub fn message(&self) -> String {
        match self {
            AnswerError::InvalidToken => "Invalid Token: 'Invalid token'".to_owned(),
            AnswerError::TaskDoesNotExist => "Task does not exist".to_owned(),
            AnswerError::TaskTimedOut => "Task Timed Out: 'Provided task does not exist anymore'".to_owned(),
            AnswerError::InvalidOutput(reason) => format!("Invalid Output: '{reason}'"),
            AnswerError::TooLong(message) => message.clone(),
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}

impl std::error::Error for AnswerError {}
