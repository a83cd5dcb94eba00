//! Answers to task tokens.

use std::fmt;
use std::path::Path;

use tokio::task::LocalSet;

use super::host::Host;
use super::launch::{EnvFile, Finished, RunOptions};
use super::reach::{Reached, reach};
use super::resume::reopen;
use super::upward::{ended_with_map_run, go_up};
use crate::driver::Observer;
use crate::driver::answer::{Answer, AnswerError, check_failure};
use crate::driver::inbox::{Message, Request};
use crate::driver::store::{Header, Owned, StoreError};
use crate::driver::token::Token;

/// What became of an answer.
#[derive(Debug)]
pub enum Sent {
    /// The process that runs the execution has taken it.
    Delivered,
    /// It was taken, and the execution went on here.
    Resumed(Finished),
    /// It is kept for whoever resumes the execution.
    Recorded,
}

/// Why an answer was not taken.
#[derive(Debug)]
pub enum SendError {
    /// The token was refused.
    Token(AnswerError),
    /// Something else went wrong.
    Other(anyhow::Error),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::Token(refused) => refused.fmt(f),
            SendError::Other(error) => write!(f, "{error:#}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for SendError {
    fn from(error: E) -> SendError {
        SendError::Other(error.into())
    }
}

/// Hands in an answer; with `resume`, goes on with the execution if no process runs it.
pub async fn send(
    state_dir: &Path,
    token: &str,
    answer: Answer,
    resume: Option<RunOptions>,
    observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    LocalSet::new().run_until(send_within(Host::new(state_dir.into()), token, answer, resume, observer)).await
}

async fn send_within(
    host: Host,
    token: &str,
    answer: Answer,
    resume: Option<RunOptions>,
    observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    if let Answer::Failure(failure) = &answer {
        check_failure(failure).map_err(SendError::Token)?;
    }
    let parsed = Token::parse(token).ok_or(SendError::Token(AnswerError::InvalidToken))?;
    let request = Request::Answer { token: token.to_owned(), answer: answer.clone() };
    let message = Message { execution: parsed.execution.clone(), request };
    match reach(&host.store, &message).await {
        Ok(Reached::Delivered(Ok(()))) => Ok(Sent::Delivered),
        Ok(Reached::Delivered(Err(refused))) => Err(SendError::Token(refused)),
        Ok(Reached::Taken(taken)) => {
            let (owned, header) = *taken;
            if !header.key.made(&parsed) {
                return Err(SendError::Token(AnswerError::InvalidToken));
            }
            settle((owned, header), (token, answer), resume, host, observer).await
        }
        Err(error) => match error.downcast_ref() {
            Some(StoreError::DoesNotExist(..) | StoreError::InvalidName(_)) => {
                Err(SendError::Token(AnswerError::TaskDoesNotExist))
            }
            _ => Err(error.into()),
        },
    }
}

/// Records the answer in the execution that is ours now; deadlines that passed before it come first.
async fn settle(
    (owned, header): (Owned, Header),
    (token, answer): (&str, Answer),
    resume: Option<RunOptions>,
    host: Host,
    observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    if ended_with_map_run(&host, &header)? {
        return Err(SendError::Token(AnswerError::TaskTimedOut));
    }
    let only_record = RunOptions { env_file: EnvFile::Unneeded, ..RunOptions::default() };
    let options = resume.clone().unwrap_or(only_record);
    let (mut run, called) = reopen(owned, header, &options, host.clone(), observer)?;
    run.only_records = resume.is_none();
    run.take_inputs()?;
    let answered = run.answer(token, answer)?;
    run.record.sync()?;
    answered.map_err(SendError::Token)?;
    if resume.is_none() {
        return Ok(Sent::Recorded);
    }
    let finished = run.heeding_signals()?.finish(Some(called)).await?;
    Ok(Sent::Resumed(go_up(finished, &options, &host, observer).await?))
}
