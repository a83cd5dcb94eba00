//! Whatever is recorded reads back; whatever is damaged is said, and never read as something else.

use std::ops::Range;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::history::{
    Batch, Failure, Integration, Iteration, Kind, LaneId, MapRunStarted, MapStarted, Note, Scheduled, StateEntered,
    StateExited, StateType, Tolerance,
};
use crate::value::{Object, Str, Timestamp, Value};

/// Numbers that repeat themselves.
struct Chance(u64);

impl Chance {
    fn tolerance(&mut self) -> Tolerance {
        Tolerance {
            count: self.sometimes(Chance::id).map(u64::from),
            percentage: self.sometimes(|chance| chance.id() as f64 / 7.0),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one_of<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn sometimes<T>(&mut self, make: impl FnOnce(&mut Chance) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| make(self))
    }

    fn id(&mut self) -> u32 {
        self.below(300) as u32
    }

    fn text(&mut self) -> Str {
        const TEXTS: [&str; 7] = [
            "",
            "a",
            "@7",
            "=",
            "a\ttab, a\nline and a \u{7f}",
            "größe \u{2028} 🦀 \u{0}",
            "a text that is long enough to be referred to",
        ];
        self.one_of(&TEXTS).into()
    }

    fn failure(&mut self) -> Failure {
        Failure { error: self.sometimes(Chance::text), cause: self.sometimes(Chance::text) }
    }

    fn iteration(&mut self) -> Iteration {
        Iteration { name: self.text(), index: self.id() }
    }

    fn at(&mut self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + self.below(1 << 30) as i64)
    }
}

/// Makes executions that no engine would: any event, anywhere, sharing payloads as an engine does.
struct Author {
    chance: Chance,
    values: Vec<Value>,
    open: Vec<(LaneId, Arc<Scheduled>)>,
    last_id: u64,
}

impl Author {
    fn new(seed: u64) -> Author {
        Author { chance: Chance(seed), values: vec![Value::Null, Value::empty_object()], open: Vec::new(), last_id: 0 }
    }

    fn records(seed: u64, length: usize) -> Vec<Record> {
        let mut author = Author::new(seed);
        (0..length).map(|_| author.record()).collect()
    }

    fn record(&mut self) -> Record {
        if self.chance.below(20) == 0 {
            return Record::Called { task: self.chance.id().into(), group: self.chance.text() };
        }
        let lane = LaneId(self.chance.id());
        let kind = self.kind(lane);
        let id = if kind.is_note() { 0 } else { self.last_id + 1 };
        let previous = self.chance.below(self.last_id as usize + 1) as u64;
        self.last_id += u64::from(id > 0);
        Record::Event(Event { id, previous, at: self.chance.at(), lane, kind })
    }

    /// Often one met before, or made of some.
    fn value(&mut self) -> Value {
        let value = match self.chance.below(9) {
            0 => Value::Bool(true),
            1 => Value::Int(self.chance.0 as i64),
            2 => Value::Float(self.chance.one_of(&[0.0, -0.5, 1e300, 5e-324, 0.1, 1e22])),
            3 => Value::Exact("123456789012345678901234567890".into()),
            4 => Value::from(self.chance.text()),
            5 => Value::from((0..self.chance.below(4)).map(|_| self.known()).collect::<Vec<_>>()),
            6 => Value::from((0..self.chance.below(4)).map(|_| (self.chance.text(), self.known())).collect::<Object>()),
            _ => return self.known(),
        };
        if value.depth() < 8 {
            self.values.push(value.clone());
        }
        value
    }

    fn known(&mut self) -> Value {
        self.chance.one_of(&self.values)
    }

    fn state_type(&mut self) -> StateType {
        self.chance.one_of(&StateType::ALL)
    }

    fn kind(&mut self, lane: LaneId) -> Kind {
        let at = self.chance.below(35);
        match at {
            7 => {
                self.open.retain(|(of, _)| *of != lane);
                Kind::StateAborted(self.state_type())
            }
            29.. => self.map_run(at),
            8..=13 => self.task(at, lane),
            25..=28 => Kind::Note(self.note(at)),
            14..=23 => self.fork(at),
            _ => self.plain(at),
        }
    }

    fn plain(&mut self, at: usize) -> Kind {
        let chance = &mut self.chance;
        match at {
            0 => Kind::ExecutionStarted {
                text: chance.sometimes(Chance::text),
                role_arn: chance.text(),
                input: self.value(),
            },
            1 => Kind::ExecutionSucceeded { output: self.value() },
            2 => Kind::ExecutionFailed(chance.failure()),
            3 => Kind::ExecutionTimedOut(chance.failure()),
            4 => Kind::ExecutionAborted(chance.failure()),
            5 => Kind::StateEntered(StateEntered {
                state_type: self.state_type(),
                name: self.chance.text(),
                state: self.chance.id(),
                input: self.value(),
            }),
            6 => Kind::StateExited(StateExited {
                state_type: self.state_type(),
                name: self.chance.text(),
                next: self.chance.sometimes(Chance::id),
                output: self.value(),
                assigned: self.chance.sometimes(|_| ()).map(|()| self.value()),
            }),
            _ => Kind::EvaluationFailed {
                failure: chance.failure(),
                location: chance.sometimes(Chance::text),
                state: chance.text(),
            },
        }
    }

    fn task(&mut self, at: usize, lane: LaneId) -> Kind {
        if at == 8 || self.open.is_empty() {
            let scheduled = Arc::new(self.scheduled());
            self.open.push((lane, scheduled.clone()));
            return Kind::TaskScheduled(scheduled);
        }
        let place = self.chance.below(self.open.len());
        let (_, scheduled) = if at < 11 { self.open[place].clone() } else { self.open.swap_remove(place) };
        match at {
            9 => Kind::TaskStarted(scheduled),
            10 => Kind::TaskSubmitted { scheduled, output: self.value() },
            11 => Kind::TaskSucceeded { scheduled, output: self.value() },
            12 => Kind::TaskFailed { scheduled, failure: self.chance.failure() },
            _ => Kind::TaskTimedOut { scheduled, failure: self.chance.failure(), heartbeat: self.chance.below(2) == 0 },
        }
    }

    fn scheduled(&mut self) -> Scheduled {
        let integration = match self.chance.below(3) {
            0 => Integration::Function,
            1 => Integration::Activity,
            _ => Integration::Service { resource_type: self.chance.text(), resource: self.chance.text() },
        };
        Scheduled {
            integration,
            resource: self.chance.text(),
            state: self.chance.id(),
            input: self.value(),
            timeout_seconds: self.chance.sometimes(Chance::id).map(u64::from),
            heartbeat_seconds: self.chance.sometimes(Chance::id).map(u64::from),
            credentials: self.chance.sometimes(|_| ()).map(|()| self.value()),
            region: self.chance.text(),
        }
    }

    fn fork(&mut self, at: usize) -> Kind {
        let chance = &mut self.chance;
        match at {
            14 => Kind::ParallelStateStarted {
                first: LaneId(chance.id()),
                starts: (0..chance.below(4)).map(|_| chance.id()).collect(),
                input: self.value(),
            },
            15 => Kind::ParallelStateSucceeded,
            16 => Kind::ParallelStateFailed,
            17 => Kind::MapStateStarted(Box::new(MapStarted {
                length: chance.id().into(),
                max_concurrency: chance.id().into(),
                tolerance: chance.sometimes(Chance::tolerance),
                distributed: chance.below(2) == 0,
                input: self.value(),
                items: self.value(),
            })),
            18 => Kind::MapIterationStarted {
                iteration: chance.iteration(),
                parent: LaneId(chance.id()),
                start: chance.id(),
                input: self.value(),
            },
            19 => Kind::MapIterationSucceeded(chance.iteration()),
            20 => Kind::MapIterationFailed(chance.iteration(), chance.failure()),
            21 => Kind::MapIterationAborted(chance.iteration()),
            22 => Kind::MapStateSucceeded,
            _ => Kind::MapStateFailed,
        }
    }

    fn map_run(&mut self, at: usize) -> Kind {
        let chance = &mut self.chance;
        match at {
            29 => Kind::MapRunSucceeded { output: self.value() },
            30 => Kind::MapRunFailed(chance.failure()),
            31 => Kind::MapRunAborted,
            32 => Kind::MapRunRedriven { arn: chance.text(), map_run: chance.id().into(), count: chance.id() },
            _ => Kind::MapRunStarted(Arc::new(MapRunStarted {
                arn: chance.text(),
                state: chance.id(),
                tolerance: chance.tolerance(),
                max_items: chance.sometimes(|chance| i64::from(chance.id()) - 5),
                batch: chance
                    .sometimes(|chance| [(); 2].map(|()| chance.sometimes(Chance::id).map(u64::from)))
                    .map(|[max_items, max_bytes]| Batch { max_items, max_bytes, input: self.value() }),
                reader: self.value(),
                writer: self.value(),
            })),
        }
    }

    fn note(&mut self, at: usize) -> Note {
        let chance = &mut self.chance;
        match at {
            25 => Note::WaitScheduled { until: chance.at() },
            26 => Note::RetryScheduled { retrier: chance.id(), until: chance.at() },
            27 => Note::HeartbeatReceived,
            _ => Note::BranchFailed(chance.failure()),
        }
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal")
    }

    fn write(&self, records: &[Record]) -> Vec<u8> {
        let mut journal = Journal::create(&self.path()).expect("a new journal");
        append(&mut journal, records);
        std::fs::read(self.path()).expect("it is there")
    }

    /// The records of a file of these bytes, as a resume reads them, and the journal it goes on with.
    fn open(&self, bytes: &[u8]) -> Result<(Vec<Record>, Journal), JournalError> {
        std::fs::write(self.path(), bytes).expect("it can be written");
        let mut records = Vec::new();
        let journal = Journal::open(&self.path(), |record| {
            records.push(record);
            Ok(())
        })?;
        Ok((records, journal))
    }

    fn peek(&self, bytes: &[u8]) -> Result<Vec<Record>, JournalError> {
        std::fs::write(self.path(), bytes).expect("it can be written");
        let mut records = Vec::new();
        Journal::peek(&self.path(), |record| {
            records.push(record);
            Ok(())
        })
        .map(|()| records)
    }
}

fn append(journal: &mut Journal, records: &[Record]) {
    for record in records {
        match record {
            Record::Event(event) => journal.append(std::slice::from_ref(event)).expect("an event"),
            Record::Called { task, group } => journal.append_called(*task, group).expect("a group"),
        }
    }
    journal.write_out().expect("room for it");
}

/// The lines' places, their ends included.
fn lines(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &[u8]| {
        start += line.len();
        start - line.len()..start
    };
    bytes.split_inclusive(|&byte| byte == b'\n').map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn everything_reads_back(seed in any::<u64>(), length in 0..250_usize) {
        let (folder, records) = (Folder::new(), Author::records(seed, length));
        let bytes = folder.write(&records);
        prop_assert_eq!(folder.peek(&bytes).expect("readable"), records);
    }

    #[test]
    fn a_reader_goes_on_as_a_writer(seed in any::<u64>(), length in 1..200_usize, breaks in 1..5_usize) {
        let (folder, mut author) = (Folder::new(), Author::new(seed));
        let mut bytes = folder.write(&[]);
        let mut all = Vec::new();
        for _ in 0..breaks {
            // What was read is what a resumed execution hands on: its payloads and schedules are the reader's.
            let (read, mut journal) = folder.open(&bytes).expect("readable");
            prop_assert_eq!(&read, &all);
            author.adopt(&read);
            let more: Vec<Record> = (0..length).map(|_| author.record()).collect();
            append(&mut journal, &more);
            all.extend(more);
            bytes = std::fs::read(folder.path()).expect("it is there");
        }
        prop_assert_eq!(folder.peek(&bytes).expect("readable"), all);
    }

    #[test]
    fn what_a_kill_leaves_is_a_beginning(seed in any::<u64>(), length in 0..12_usize) {
        let (folder, records) = (Folder::new(), Author::records(seed, length));
        let bytes = folder.write(&records);
        let ends: Vec<usize> = lines(&bytes).iter().map(|line| line.end).collect();
        for cut in 0..=bytes.len() {
            let whole = ends.iter().filter(|&&end| end <= cut).count();
            let (read, journal) = folder.open(&bytes[..cut]).expect("a torn file is not refused");
            prop_assert_eq!(&read[..], &records[..whole.saturating_sub(1)]);
            prop_assert_eq!(journal.written, if whole == 0 { 0 } else { ends[whole - 1] as u64 });
        }
    }

    #[test]
    fn a_changed_byte_is_an_error_that_names_the_line(seed in any::<u64>(), length in 1..8_usize, flip in 1..=255_u8) {
        let (folder, records) = (Folder::new(), Author::records(seed, length));
        let bytes = folder.write(&records);
        let lines = lines(&bytes);
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            match folder.peek(&bytes) {
                Ok(_) => prop_assert!(false, "byte {} is another, and nothing is said", at),
                Err(JournalError::Damaged { line, .. }) => prop_assert!(lines[line - 1].contains(&at)),
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }
}

impl Author {
    /// Goes on with the payloads and schedules that were read, as a resumed execution does.
    fn adopt(&mut self, records: &[Record]) {
        let mut schedules = Vec::new();
        for record in records {
            let Record::Event(Event { kind, lane, .. }) = record else { continue };
            match kind {
                Kind::StateEntered(entered) => self.values.push(entered.input.clone()),
                Kind::TaskScheduled(scheduled) => schedules.push((*lane, scheduled.clone())),
                Kind::StateAborted(_) => schedules.retain(|(of, _)| of != lane),
                Kind::TaskSucceeded { scheduled, .. }
                | Kind::TaskFailed { scheduled, .. }
                | Kind::TaskTimedOut { scheduled, .. } => schedules.retain(|(_, open)| !Arc::ptr_eq(open, scheduled)),
                _ => {}
            }
        }
        self.open = schedules;
    }
}

fn exited(id: u64, output: Value) -> Record {
    let exited = StateExited { state_type: StateType::Pass, name: "P".into(), output, assigned: None, next: Some(0) };
    let kind = Kind::StateExited(exited);
    Record::Event(Event { id, previous: 0, at: Timestamp::default(), lane: LaneId::ROOT, kind })
}

fn long_text(number: usize, length: usize) -> Value {
    Value::from(format!("{number:0length$}"))
}

#[test]
fn what_was_forgotten_is_written_again() {
    let folder = Folder::new();
    let values: Vec<Value> = (0..3_000).map(|number| long_text(number, 40)).collect();
    // Each once more while it is remembered, and once more when it is not.
    let order = (0..3_000).flat_map(|at: usize| [at, at.saturating_sub(900), at.saturating_sub(1_100)]);
    let records: Vec<Record> = (1..).zip(order).map(|(id, at)| exited(id, values[at].clone())).collect();
    let bytes = folder.write(&records);
    assert_eq!(folder.peek(&bytes).expect("readable"), records);
    let references = bytes.windows(2).filter(|pair| pair == b"\t@").count();
    assert!((2_000..6_000).contains(&references), "{references}");
}

#[test]
fn a_window_of_large_texts_forgets_alike_on_both_sides() {
    let folder = Folder::new();
    let values: Vec<Value> = (0..40).map(|number| long_text(number, 3 << 10)).collect();
    let order = (0..40).flat_map(|at: usize| [at, at.saturating_sub(10), at.saturating_sub(17), at.saturating_sub(30)]);
    let records: Vec<Record> = (1..).zip(order).map(|(id, at)| exited(id, values[at].clone())).collect();
    let bytes = folder.write(&records);
    assert_eq!(folder.peek(&bytes).expect("readable"), records);
}

#[test]
fn a_whole_last_record_that_is_damaged_is_not_given_up() {
    let (folder, records) = (Folder::new(), Author::records(1, 3));
    let bytes = folder.write(&records);
    let last = lines(&bytes).pop().expect("a line");
    for at in [last.start, last.start + 12, last.end - 1] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 2;
        let error = folder.open(&damaged).expect_err("damaged").to_string();
        assert!(error.contains("journal:4: the record is damaged"), "{error}");
        assert_eq!(std::fs::read(folder.path()).expect("it is there"), damaged, "nothing is cut off");
    }
}

#[test]
fn a_later_format_is_named() {
    let folder = Folder::new();
    let mut title = String::new();
    let start = line::begin(&mut title);
    title.push_str("sfn-journal 999");
    line::end(start, &mut title);
    let error = folder.peek(title.as_bytes()).expect_err("too new").to_string();
    assert!(error.contains("format 999"), "{error}");
}

#[test]
fn another_file_is_no_journal() {
    let folder = Folder::new();
    let error = folder.peek(b"#!/bin/sh\necho\n").expect_err("no journal").to_string();
    assert!(error.contains("journal:1: "), "{error}");
}
