//! How an answer, or the wish that it stop, reaches an execution that another process runs.
//!
//! A process listens on one Unix socket for all the executions it runs, in a private folder, since a socket's path must
//! be short and a state directory may lie deep; the lock files say where. One line of JSON goes in, one comes back, and
//! what is answered with yes is on the disk by then.

use std::cell::RefCell;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::Duration;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader as AsyncBufReader};
use tokio::sync::{mpsc, oneshot};

use super::answer::{Answer, AnswerError};
use super::unix::socket::{self, AsyncStream, Listener, Stream};
use crate::history::{EventId, Failure};

/// How much a message may hold: the largest payload that makes sense, and then some.
const LARGEST: u64 = 64 << 20;

/// How long a peer may take to send its message, and an owner to answer it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before a connection is accepted again after one could not be.
const BREATH: Duration = Duration::from_millis(50);

/// What somebody says to an execution.
#[derive(Debug, Serialize, Deserialize)]
pub struct Message {
    /// The execution's name.
    pub execution: String,
    /// What it is asked.
    pub request: Request,
}

/// What an execution can be asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// To take the answer to one of its tasks.
    Answer {
        /// The task token.
        token: String,
        /// What becomes of the task.
        answer: Answer,
    },
    /// To end as ABORTED. One that has ended says yes, and stays as it is.
    Stop(Failure),
    /// To look how the child execution of this task stands: somebody else has gone on with it.
    LookAtChild(EventId),
    /// To leave a summary of where it stands beside its journal.
    Summarise,
}

/// A request, and where its answer goes.
#[derive(Debug)]
pub struct Delivery {
    /// The request.
    pub request: Request,
    /// Takes the answer.
    pub reply: oneshot::Sender<Result<(), AnswerError>>,
}

type Deliveries = mpsc::UnboundedSender<Delivery>;

/// An execution's place at its process's socket: it is heard until this is dropped.
#[derive(Debug)]
pub struct Inbox {
    socket: Rc<Socket>,
    execution: String,
}

/// The socket of this process, open as long as one of its executions can be reached.
#[derive(Debug)]
struct Socket {
    path: PathBuf,
    executions: RefCell<HashMap<String, Deliveries>>,
    listening: tokio::task::AbortHandle,
}

thread_local! {
    static OPEN: RefCell<Weak<Socket>> = const { RefCell::new(Weak::new()) };
}

impl Inbox {
    /// Listens within the running runtime's local set, and hands on what comes for the execution.
    pub fn open(execution: &str, deliveries: Deliveries) -> io::Result<Inbox> {
        let socket = Socket::of_this_process()?;
        socket.executions.borrow_mut().insert(execution.to_owned(), deliveries);
        Ok(Inbox { socket, execution: execution.to_owned() })
    }

    /// Where it is reached.
    pub fn path(&self) -> &Path {
        &self.socket.path
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.socket.executions.borrow_mut().remove(&self.execution);
    }
}

impl Socket {
    fn of_this_process() -> io::Result<Rc<Socket>> {
        if let Some(open) = OPEN.with_borrow(Weak::upgrade) {
            return Ok(open);
        }
        let (listener, path) = socket::listen()?;
        let socket = Rc::new_cyclic(|socket| {
            let listening = tokio::task::spawn_local(listen(listener, socket.clone())).abort_handle();
            Socket { path, executions: RefCell::default(), listening }
        });
        OPEN.set(Rc::downgrade(&socket));
        Ok(socket)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listening.abort();
        let _ = fs::remove_file(&self.path);
    }
}

async fn listen(listener: Listener, socket: Weak<Socket>) {
    loop {
        // No room for another connection just now is no reason to hear nobody any more.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let socket = socket.clone();
        tokio::task::spawn_local(async move {
            // A peer that goes away or says nothing sensible has only itself to blame.
            let _ = tokio::time::timeout(PATIENCE, serve(stream, socket)).await;
        });
    }
}

/// Sends a message to the owner at `socket` and waits for its yes or no. An error means that nobody is there.
pub fn deliver(socket: &Path, message: &Message) -> io::Result<Result<(), AnswerError>> {
    deliver_within(socket, message, PATIENCE)
}

/// The same, for whoever cannot wait so long: it is an error too that there is no answer by then.
pub fn deliver_within(socket: &Path, message: &Message, patience: Duration) -> io::Result<Result<(), AnswerError>> {
    let mut stream = Stream::connect(socket)?;
    stream.set_read_timeout(Some(patience))?;
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut reply = String::new();
    BufReader::new(stream).read_line(&mut reply)?;
    if reply.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_str(&reply)?)
}

async fn serve(stream: AsyncStream, socket: Weak<Socket>) -> io::Result<()> {
    socket::check_peer(&stream)?;
    let (reader, mut writer) = stream.into_split();
    let mut line = Vec::new();
    AsyncBufReader::new(reader.take(LARGEST)).read_until(b'\n', &mut line).await?;
    let Message { execution, request } = serde_json::from_slice(&line)?;
    let (reply, answered) = oneshot::channel();
    let deliveries = socket.upgrade().and_then(|socket| socket.executions.borrow().get(&execution).cloned());
    // Whoever gets no answer looks again who owns the execution.
    let Some(Ok(())) = deliveries.map(|deliveries| deliveries.send(Delivery { request, reply })) else { return Ok(()) };
    let Ok(answer) = answered.await else { return Ok(()) };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    writer.write_all(&line).await
}
