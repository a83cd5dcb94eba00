//! Who waits for an execution: the task that started it, and those that joined.

use std::fs::File;
use std::io::{self, BufReader, Write};

use super::{Parent, Result, Store, StoreError};
use crate::driver::journal::line::{self, Lines};
use crate::driver::unix::files;

/// Where it is noted who has joined those that wait for an execution.
const JOINED: &str = "joined";

impl Store {
    /// Notes that this task too waits for the execution, which another one started.
    pub fn join(&self, name: &str, waiting: &Parent) -> Result<()> {
        let path = self.folder(name)?.join(JOINED);
        let io = |error: io::Error| StoreError::Io(path.clone(), error);
        let mut text = String::new();
        line::push(&serde_json::to_string(waiting).map_err(|error| io(error.into()))?, &mut text);
        files::append_private(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(io)
    }

    /// The tasks that wait for the execution: the one that started it, and those that joined.
    pub fn awaited_by(&self, name: &str) -> Result<Vec<Parent>> {
        let mut waiting: Vec<Parent> = self.header(name)?.parent.into_iter().collect();
        let path = self.folder(name)?.join(JOINED);
        let joined = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(waiting),
            Err(error) => return Err(StoreError::Io(path, error)),
        };
        let mut lines = Lines::new(BufReader::new(joined));
        while lines.next().map_err(|error| StoreError::Io(path.clone(), error))? {
            // One whose note a kill cut short joins again when it is taken up.
            waiting.extend(lines.body().ok().and_then(|body| serde_json::from_str::<Parent>(body).ok()));
        }
        Ok(waiting)
    }
}
