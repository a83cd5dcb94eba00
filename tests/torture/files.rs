//! The files of a state directory, and what they were at an earlier moment.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sfn::driver::journal::{Journal, Record};
use sfn::history::{Event, Kind};

/// A file of which a kill leaves the beginning.
pub struct Growing {
    /// Within the state directory.
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    /// Where each record ends, its title's among them, and when it was written.
    pub records: Vec<(usize, i64)>,
}

/// All of them, and the order in which their records were written.
pub struct Files {
    pub growing: Vec<Growing>,
    /// Of each record the file it is in.
    pub order: Vec<usize>,
}

/// Of a state directory: how many of its records are there, and how many bytes of the next one.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    pub records: usize,
    pub bytes: usize,
}

/// The events of a journal.
pub fn events(journal: &Path) -> Vec<Event> {
    records(journal)
        .into_iter()
        .filter_map(|record| if let Record::Event(event) = record { Some(event) } else { None })
        .collect()
}

fn records(journal: &Path) -> Vec<Record> {
    let mut records = Vec::new();
    let read = Journal::peek(journal, |record| {
        records.push(record);
        Ok(())
    });
    read.unwrap();
    records
}

/// The journals of a state directory and the names of their executions, parents before their children.
pub fn journals(state: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for execution in entries(&state.join("executions")) {
        found.push((file_name(&execution), execution.join("journal")));
        for map_run in entries(&execution).into_iter().filter(|path| file_name(path).starts_with("map-")) {
            for child in entries(&map_run).into_iter().filter(|path| path.is_dir()) {
                let name = [&execution, &map_run, &child].map(|path| file_name(path)).join(":");
                found.push((name, child.join("journal")));
            }
        }
    }
    found
}

/// Puts what is recorded so much later: all times of a journal count from that of its first event.
pub fn put_forward(state: &Path, by: Duration) {
    for (_, journal) in journals(state) {
        let text = fs::read_to_string(&journal).unwrap();
        let [title, first, rest] = text.splitn(3, '\n').collect::<Vec<_>>()[..] else { continue };
        let mut fields: Vec<String> = first[9..].splitn(4, ',').map(String::from).collect();
        fields[2] = (fields[2].parse::<u128>().unwrap() + by.as_micros()).to_string();
        let body = fields.join(",");
        let sum = crc32fast::hash(body.as_bytes());
        fs::write(journal, format!("{title}\n{sum:08x} {body}\n{rest}")).unwrap();
    }
}

/// What lies in a folder, if there is one.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

impl Growing {
    fn new(state: &Path, path: &Path, times: &[i64]) -> Growing {
        let bytes = fs::read(path).unwrap();
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let records: Vec<_> = ends.zip(times.iter().copied()).collect();
        assert_eq!(records.len(), times.len(), "{}", path.display());
        Growing { path: path.strip_prefix(state).unwrap().to_owned(), bytes, records }
    }

    fn journal(state: &Path, path: &Path) -> Growing {
        let records = records(path);
        let mut times: Vec<i64> = Vec::new();
        for record in &records {
            times.push(match record {
                Record::Event(event) => event.at.as_micros(),
                Record::Called { .. } => *times.last().unwrap(),
            });
        }
        times.insert(0, times[0]);
        Growing::new(state, path, &times)
    }

    /// The ledger of a Map Run: a line is written once its child has ended, and before the Map Run has.
    fn ledger(state: &Path, path: &Path, (begun, over): (i64, i64), children: &BTreeMap<PathBuf, i64>) -> Growing {
        let mut times = vec![begun];
        for line in fs::read_to_string(path).unwrap().lines().skip(1) {
            let index = line.split(' ').nth(2).unwrap();
            let ended = children.get(&path.with_file_name(index).join("journal")).copied().unwrap_or(over - 1);
            times.push(ended.max(*times.last().unwrap()));
        }
        Growing::new(state, path, &times)
    }

    /// Where its first `records` end, and how long the next one is.
    fn place(&self, records: usize) -> (usize, usize) {
        let end = if records == 0 { 0 } else { self.records[records - 1].0 };
        (end, self.records.get(records).map_or(0, |next| next.0 - end))
    }
}

impl Files {
    pub fn of(state: &Path) -> Files {
        let journals = journals(state);
        let mut growing: Vec<Growing> = journals.iter().map(|(_, path)| Growing::journal(state, path)).collect();
        let ends = |file: &Growing| (state.join(&file.path), file.records.last().unwrap().1);
        let children: BTreeMap<PathBuf, i64> = growing.iter().map(ends).collect();
        for (_, journal) in &journals {
            let events = events(journal);
            for (at, event) in
                events.iter().enumerate().filter(|(_, event)| matches!(event.kind, Kind::MapRunStarted(_)))
            {
                let ledger = journal.with_file_name(format!("map-{}", event.id)).join("ledger");
                let span = (event.at.as_micros(), events[at + 1].at.as_micros());
                growing.push(Growing::ledger(state, &ledger, span, &children));
            }
        }
        let mut order: Vec<(i64, usize)> = Vec::new();
        for (file, Growing { records, .. }) in growing.iter().enumerate() {
            order.extend(records.iter().map(|(_, at)| (*at, file)));
        }
        // Stable: of what was written at the same time, parents come first.
        order.sort_by_key(|(at, _)| *at);
        Files { growing, order: order.into_iter().map(|(_, file)| file).collect() }
    }

    /// How long the record is that comes after the first `records`, if one does.
    pub fn next_record(&self, records: usize) -> Option<usize> {
        let file = *self.order.get(records)?;
        Some(self.growing[file].place(self.count(file, records)).1)
    }

    fn count(&self, file: usize, records: usize) -> usize {
        self.order[..records].iter().filter(|of| **of == file).count()
    }

    /// Makes the directory what it was when it held so much.
    pub fn cut(&self, state: &Path, Cut { records, bytes }: Cut) {
        for (file, growing) in self.growing.iter().enumerate() {
            let path = state.join(&growing.path);
            let (end, next) = growing.place(self.count(file, records));
            let is_next = self.order.get(records) == Some(&file);
            let length = end + if is_next { bytes.min(next) } else { 0 };
            if length == 0 {
                // Not even its folder was there; or that of the Map Run which it belonged to was not.
                let _ = fs::remove_dir_all(path.parent().unwrap());
            } else if path.parent().unwrap().exists() {
                fs::write(&path, &growing.bytes[..length]).unwrap();
                if !Journal::has_begun(&path) {
                    // It is made of records, so there was none yet.
                    let _ = fs::remove_file(path.with_file_name("summary.json"));
                }
            }
        }
    }
}
