//! Answers to task tokens.

use std::fmt;
use std::path::Path;
use std::rc::Rc;

use tokio::task::LocalSet;

use super::launch::{Finished, RunOptions, reopen, take_up};
use super::reach::{Reached, reach};
use super::run::GRACE;
use crate::driver::answer::{Answer, AnswerError};
use crate::driver::inbox::{Message, Request};
use crate::driver::invoke::Invoker;
use crate::driver::store::{Header, Owned, Parent, Store, StoreError};
use crate::driver::token::Token;
use crate::driver::{End, Observer};

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
    LocalSet::new().run_until(send_within(Store::new(state_dir.into()), token, answer, resume, observer)).await
}

async fn send_within(
    store: Store,
    token: &str,
    answer: Answer,
    resume: Option<RunOptions>,
    observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    let parsed = Token::parse(token).ok_or(SendError::Token(AnswerError::InvalidToken))?;
    let request = Request::Answer { token: token.to_owned(), answer: answer.clone() };
    let message = Message { execution: parsed.execution.clone(), request };
    match reach(&store, &message).await {
        Ok(Reached::Delivered(Ok(()))) => Ok(Sent::Delivered),
        Ok(Reached::Delivered(Err(refused))) => Err(SendError::Token(refused)),
        Ok(Reached::Taken(taken)) => {
            let (owned, header) = *taken;
            if !header.key.made(&parsed) {
                return Err(SendError::Token(AnswerError::InvalidToken));
            }
            settle(store, owned, header, (token, answer), resume, observer).await
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
    store: Store,
    owned: Owned,
    header: Header,
    (token, answer): (&str, Answer),
    resume: Option<RunOptions>,
    observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    let parent = header.parent.clone();
    let options = resume.clone().unwrap_or_default();
    let invoker = Rc::new(Invoker::new(GRACE));
    let (mut run, called) = reopen(store.clone(), owned, header, &options, invoker.clone(), observer)?;
    run.obey(&options, true);
    run.take_inputs()?;
    let answered = run.answer(token, answer)?;
    run.record.sync()?;
    answered.map_err(SendError::Token)?;
    if resume.is_none() {
        return Ok(Sent::Recorded);
    }
    run.recover(called).await?;
    let finished = run.finish().await?;
    go_up(store, finished, parent, options, invoker, observer).await
}

/// A child execution that ended lets its parent go on.
async fn go_up(
    store: Store,
    mut finished: Finished,
    mut parent: Option<Parent>,
    options: RunOptions,
    invoker: Rc<Invoker>,
    observer: &mut dyn Observer,
) -> Result<Sent, SendError> {
    while let (End::Ended(_), Some(above)) = (&finished.end, parent) {
        parent = store.header(&above.execution)?.parent;
        finished =
            match take_up(store.clone(), &above.execution, options.clone(), true, invoker.clone(), observer).await {
                Ok(finished) => finished,
                Err(error) if matches!(error.downcast_ref(), Some(StoreError::Held(..))) => break,
                Err(error) => return Err(error.into()),
            };
    }
    Ok(Sent::Resumed(finished))
}
