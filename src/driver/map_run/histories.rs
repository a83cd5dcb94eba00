//! The histories of STANDARD children that ran on threads: all in one file, one after the other.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, bail};

use crate::driver::journal::line::{self, Lines};
use crate::driver::journal::{Codec, Record};
use crate::driver::unix::files;
use crate::history::Event;

/// The file's name, in the Map Run's folder.
pub const FILE: &str = "histories";

/// Opens the file for what is added to it.
pub fn append_to(path: &Path) -> anyhow::Result<File> {
    let context = || path.display().to_string();
    if !path.exists() {
        files::create_private(path).with_context(context)?;
    }
    OpenOptions::new().append(true).open(path).with_context(context)
}

/// Adds an event.
pub fn tell(event: &Event, codec: &mut Codec, out: &mut String) {
    let start = line::begin(out);
    codec.encode_event(event, out);
    line::end(start, out);
}

/// The history that has this offset and length.
pub fn read(path: &Path, (offset, length): (u64, u64)) -> anyhow::Result<Vec<Event>> {
    let context = || path.display().to_string();
    let mut file = File::open(path).with_context(context)?;
    file.seek(SeekFrom::Start(offset)).with_context(context)?;
    let (mut codec, mut events) = (Codec::default(), Vec::new());
    let mut lines = Lines::new(BufReader::new(file.take(length)));
    while lines.next().with_context(context)? {
        let record = lines.body().and_then(|body| codec.decode(body));
        match record {
            Ok(Record::Event(event)) => events.push(event),
            Ok(Record::Called { .. }) => {}
            Err(damage) => bail!("{}: the history of a child is damaged ({})", path.display(), damage.0),
        }
    }
    Ok(events)
}
