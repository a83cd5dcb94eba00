//! How an answer reaches an execution that another process runs.
//!
//! The owner listens on a Unix socket in a private folder of its own, since a socket's path must be short and a state
//! directory may lie deep; its lock file says where. One line of JSON goes in, one comes back, and what is answered
//! with yes is on the disk by then.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as Stream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader as AsyncBufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};

use super::answer::{Answer, AnswerError};
use super::clock;
use super::unix::files;

/// How much a message may hold: the largest payload that makes sense, and then some.
const LARGEST: u64 = 64 << 20;

/// How long a peer may take to send its message, and an owner to answer it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before a connection is accepted again after one could not be.
const BREATH: Duration = Duration::from_millis(50);

/// What a sender says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Message {
    /// The task token.
    pub token: String,
    /// What becomes of the task.
    pub answer: Answer,
}

/// A message, and where its answer goes.
#[derive(Debug)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// Takes the answer.
    pub reply: oneshot::Sender<Result<(), AnswerError>>,
}

/// The owner's side: listens until it is dropped.
#[derive(Debug)]
pub struct Inbox {
    path: PathBuf,
}

impl Inbox {
    /// Listens within the running runtime's local set, and hands on what comes.
    pub fn open(deliveries: mpsc::UnboundedSender<Delivery>) -> io::Result<Inbox> {
        let folder = private_folder()?;
        let name = clock::random_bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let path = folder.join(name);
        let listener = UnixListener::bind(&path)?;
        tokio::task::spawn_local(async move {
            loop {
                // No room for another connection just now is no reason to hear nobody any more.
                let Ok((stream, _)) = listener.accept().await else {
                    tokio::time::sleep(BREATH).await;
                    continue;
                };
                let deliveries = deliveries.clone();
                tokio::task::spawn_local(async move {
                    // A peer that goes away or says nothing sensible has only itself to blame.
                    let _ = tokio::time::timeout(PATIENCE, serve(stream, deliveries)).await;
                });
            }
        });
        Ok(Inbox { path })
    }

    /// Where it is reached.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Sends a message to the owner at `socket` and waits for its yes or no. An error means that nobody is there.
pub fn deliver(socket: &Path, message: &Message) -> io::Result<Result<(), AnswerError>> {
    let mut stream = Stream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
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

async fn serve(stream: UnixStream, deliveries: mpsc::UnboundedSender<Delivery>) -> io::Result<()> {
    if stream.peer_cred()?.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let (reader, mut writer) = stream.into_split();
    let mut line = Vec::new();
    AsyncBufReader::new(reader.take(LARGEST)).read_until(b'\n', &mut line).await?;
    let message = serde_json::from_slice(&line)?;
    let (reply, answered) = oneshot::channel();
    if deliveries.send(Delivery { message, reply }).is_err() {
        return Ok(());
    }
    let Ok(answer) = answered.await else { return Ok(()) };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    writer.write_all(&line).await
}

/// A folder for sockets that is this user's alone, with a short path.
fn private_folder() -> io::Result<PathBuf> {
    let user = rustix::process::geteuid().as_raw();
    let folder = match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) {
        Some(runtime) if runtime.is_dir() && runtime.as_os_str().len() < 60 => runtime.join("sfn"),
        _ => PathBuf::from(format!("/tmp/sfn-{user}")),
    };
    files::create_private_dir(&folder)?;
    let found = fs::symlink_metadata(&folder)?;
    if !found.is_dir() || found.uid() != user {
        let message = format!("{} belongs to somebody else", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    if found.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(folder)
}
