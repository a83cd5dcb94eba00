//! Reaching an execution wherever it lives: in another process, which is told, or in none, and then it is ours.

use std::io;
use std::time::Duration;

use anyhow::bail;

use crate::driver::answer::AnswerError;
use crate::driver::inbox::{self, Message};
use crate::driver::store::{Header, Owned, Owner, Store, StoreError};

/// How often, and after what pause, to look again for an owner that is just coming or going.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// How looking for an execution went.
pub(super) struct Attempt {
    pub reached: Reached,
    /// An owner went away with the message, and may have done what it was asked.
    pub may_be_done: bool,
}

/// Where an execution was found.
pub(super) enum Reached {
    /// The owner has answered.
    Delivered(Result<(), AnswerError>),
    /// Nobody owned the execution, and now we do.
    Taken(Box<(Owned, Header)>),
}

/// Delivers the message to the execution's owner, or takes the execution. An owner may just be starting or ending, so
/// this looks more than once.
pub(super) async fn reach(store: &Store, message: &Message) -> anyhow::Result<Attempt> {
    let mut may_be_done = false;
    for _ in 0..LOOKS {
        match store.take(&message.execution) {
            Ok(taken) => return Ok(Attempt { reached: Reached::Taken(Box::new(taken)), may_be_done }),
            Err(StoreError::Held(_, Owner { socket: Some(socket), .. })) => match inbox::deliver(&socket, message) {
                Ok(answer) => return Ok(Attempt { reached: Reached::Delivered(answer), may_be_done }),
                Err(error) if is_gone(&error) => may_be_done |= was_there(&error),
                Err(error) => return Err(error.into()),
            },
            Err(StoreError::Held(..)) => {}
            Err(other) => return Err(other.into()),
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("the process that runs execution `{}` does not answer", message.execution)
}

/// Whether somebody was there before.
fn was_there(error: &io::Error) -> bool {
    !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    matches!(error.kind(), NotFound | ConnectionRefused | ConnectionReset | BrokenPipe | UnexpectedEof)
}
