//! Answers to task tokens.

use std::fmt;
use std::path::Path;

use tokio::task::LocalSet;

use super::host::Host;
use super::launch::{EnvFile, Finished, RunOptions};
use super::reach::{Attempt, Reached, reach};
use super::resume::{recorded, reopen};
use super::upward::{ended_with_map_run, go_up};
use crate::driver::Observer;
use crate::driver::answer::{Answer, AnswerError, check_failure};
use crate::driver::inbox::{Message, Request};
use crate::driver::store::{Header, Owned, StoreError};
use crate::driver::token::Token;
use crate::history::Kind;

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
    let Attempt { reached, may_be_done } = match reach(&host.store, &message).await {
        Ok(attempt) => attempt,
        Err(error) => match error.downcast_ref() {
            Some(StoreError::DoesNotExist(..) | StoreError::InvalidName(_)) => {
                return Err(SendError::Token(AnswerError::TaskDoesNotExist));
            }
            _ => return Err(error.into()),
        },
    };
    match reached {
        Reached::Delivered(Ok(())) => Ok(Sent::Delivered),
        Reached::Delivered(Err(AnswerError::TaskTimedOut)) if may_be_done && is_recorded(&host, &parsed, &answer)? => {
            Ok(Sent::Delivered)
        }
        Reached::Delivered(Err(refused)) => Err(SendError::Token(refused)),
        Reached::Taken(taken) => {
            let (owned, header) = *taken;
            if !header.key.made(&parsed) {
                return Err(SendError::Token(AnswerError::InvalidToken));
            }
            let is_done = may_be_done && is_recorded(&host, &parsed, &answer)?;
            settle((owned, header), Some((token, answer)).filter(|_| !is_done), resume, host, observer).await
        }
    }
}

/// Whether the task has ended with this very answer: an owner that was killed had taken it, and could not say so.
fn is_recorded(host: &Host, token: &Token, answer: &Answer) -> anyhow::Result<bool> {
    let (mut lane, mut is_ours) = (None, false);
    for event in recorded(&host.store, &token.execution)? {
        match (&event.kind, answer) {
            (Kind::TaskScheduled(_), _) if event.id == token.task => lane = Some(event.lane),
            (Kind::TaskSucceeded { output, .. }, Answer::Success(ours)) if lane == Some(event.lane) => {
                lane = None;
                is_ours = output == ours;
            }
            (Kind::TaskFailed { failure, .. }, Answer::Failure(ours)) if lane == Some(event.lane) => {
                lane = None;
                is_ours = failure == ours;
            }
            _ => {}
        }
    }
    Ok(is_ours)
}

/// Records the answer, if it is not yet, in the execution that is ours now; deadlines that passed before it come first.
async fn settle(
    (owned, header): (Owned, Header),
    answer: Option<(&str, Answer)>,
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
    let answered = answer.map_or(Ok(Ok(())), |(token, answer)| run.answer(token, answer))?;
    run.record.sync()?;
    answered.map_err(SendError::Token)?;
    if resume.is_none() {
        return Ok(Sent::Recorded);
    }
    let finished = run.heeding_signals()?.finish(Some(called)).await?;
    Ok(Sent::Resumed(go_up(finished, &options, &host, observer).await?))
}
