//! `ResultWriter`: the children's ends as files in a bucket, and a manifest that names them.
//!
//! The files are made of the ledger once the Map Run is over, one line at a time. Each is there whole or not at all; the
//! manifest comes last, so that whoever finds one finds all it names.

use std::fmt;
use std::io::{self, Write};

use super::census::Census;
use super::describe::Describe;
use super::ledger::{Ended, Entry, Found, Ledger};
use super::pending::Pending;
use super::results::flattened;
use crate::definition::{OutputTransformation, OutputType, WriterConfig};
use crate::driver::data::{Bucket, Buckets, ReadError, Target};
use crate::history::Failure;
use crate::value::{Value, json};

/// The service's own limit on the size of a result file.
const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

/// Where results go.
#[derive(Debug)]
pub struct Destination {
    bucket: Bucket,
    /// `PREFIX/UUID`
    folder: String,
    map_run_arn: String,
    config: WriterConfig,
    largest: u64,
}

/// Why results cannot be written: the cause of `States.ResultWriterFailed`.
#[derive(Debug)]
pub struct WriteError(String);

impl WriteError {
    /// As the history has it.
    pub fn to_failure(&self) -> Failure {
        Failure { error: Some("States.ResultWriterFailed".into()), cause: Some(self.0.as_str().into()) }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ReadError> for WriteError {
    fn from(error: ReadError) -> WriteError {
        WriteError(error.0)
    }
}

impl Destination {
    /// What `Parameters` or `Arguments` of a result writer name.
    ///
    /// # Errors
    /// That they name no bucket, or one that is bound to no folder.
    pub fn new(
        buckets: &Buckets,
        parameters: &Value,
        map_run_arn: &str,
        config: WriterConfig,
    ) -> Result<Destination, WriteError> {
        let text = |name| parameters.get(name).and_then(Value::as_str);
        let bucket =
            text("Bucket").ok_or_else(|| WriteError("the result writer's `Bucket` must be a text".to_owned()))?;
        let prefix = text("Prefix").unwrap_or_default().trim_end_matches('/');
        let uuid = map_run_arn.rsplit(':').next().unwrap_or_default();
        let folder = if prefix.is_empty() { uuid.to_owned() } else { format!("{prefix}/{uuid}") };
        let bucket = buckets.get(bucket)?;
        bucket.check_key(&folder)?;
        Ok(Destination { bucket, folder, map_run_arn: map_run_arn.to_owned(), config, largest: LARGEST })
    }

    /// Writes everything; what the Map's result is.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write(&self, ledger: &mut Ledger, pending: &Pending<'_>, describe: &Describe) -> Result<Value, WriteError> {
        let failed = |error: io::Error| WriteError(format!("{}: {error}", self.bucket.describe(&self.folder)));
        let mut series = ["FAILED", "PENDING", "SUCCEEDED"].map(|name| Series::new(self, name));
        let [fails, pendings, successes] = &mut series;
        let (mut census, mut result) = (Census::default(), Ok(()));
        if !pending.is_none() {
            ledger.all(|found| census.take(found)).map_err(failed)?;
        }
        let read = ledger.all(|found| {
            if result.is_ok() {
                result = match found {
                    Found::Entry(entry) if entry.end.is_success() => self.add(&entry, describe, successes),
                    Found::Entry(entry) if census.has_ended(&entry) => self.add(&entry, describe, fails),
                    Found::Was(entry) if census.is_pending_redrive(entry.index) => {
                        pendings.add(&describe.pending_redrive(&entry).to_json())
                    }
                    _ => Ok(()),
                };
            }
        });
        read.and(result).map_err(failed)?;
        let mut tell = |index, input: &Value| pendings.add(&describe.pending(index, input).to_json());
        pending.each(&census, &mut tell).map_err(failed)?;
        let mut files = Vec::new();
        for series in series {
            let name = series.name;
            files.push((name, Value::from(series.finish().map_err(failed)?)));
        }
        let [fails, pendings, successes] = <[_; 3]>::try_from(files).unwrap_or_default();
        self.write_manifest(Value::from([fails, pendings, successes])).map_err(failed)
    }

    fn add(&self, entry: &Entry<'_>, describe: &Describe, series: &mut Series<'_>) -> io::Result<()> {
        let Ended::Succeeded(output) = entry.end else { return series.add(&describe.child(entry).to_json()) };
        match self.config.transformation {
            OutputTransformation::None => series.add(&describe.child(entry).to_json()),
            OutputTransformation::Compact => series.add(output),
            OutputTransformation::Flatten => {
                let output = json::read(output).unwrap_or_default();
                flattened(&output).iter().try_for_each(|item| series.add(&item.to_json()))
            }
        }
    }

    fn write_manifest(&self, result_files: Value) -> io::Result<Value> {
        let manifest = Value::from([
            ("DestinationBucket", Value::from(&*self.bucket.name)),
            ("MapRunArn", Value::from(self.map_run_arn.as_str())),
            ("ResultFiles", result_files),
        ]);
        let key = format!("{}/manifest.json", self.folder);
        let mut file = self.create(&key)?;
        file.write_all(manifest.to_json().as_bytes())?;
        file.finish()?;
        let details = Value::from([("Bucket", Value::from(&*self.bucket.name)), ("Key", Value::from(key))]);
        Ok(Value::from([("MapRunArn", Value::from(self.map_run_arn.as_str())), ("ResultWriterDetails", details)]))
    }
}

impl Destination {
    fn create(&self, key: &str) -> io::Result<Box<dyn Target>> {
        self.bucket.create(key).map_err(|error| io::Error::other(error.0))
    }
}

/// Files of one kind: `SUCCEEDED_0.json`, `SUCCEEDED_1.json`, …
struct Series<'a> {
    destination: &'a Destination,
    name: &'static str,
    open: Option<Open>,
    /// What the manifest says of those that are whole.
    files: Vec<Value>,
}

struct Open {
    out: Box<dyn Target>,
    key: String,
    size: u64,
}

impl<'a> Series<'a> {
    fn new(destination: &'a Destination, name: &'static str) -> Series<'a> {
        Series { destination, name, open: None, files: Vec::new() }
    }

    fn is_lines(&self) -> bool {
        self.destination.config.output_type == OutputType::Jsonl
    }

    fn add(&mut self, text: &str) -> io::Result<()> {
        if self.open.as_ref().is_some_and(|open| open.size + text.len() as u64 + 2 > self.destination.largest) {
            self.close()?;
        }
        let is_lines = self.is_lines();
        let open = match &mut self.open {
            Some(open) => {
                open.write(if is_lines { "\n" } else { "," })?;
                open
            }
            None => {
                let ending = if is_lines { "jsonl" } else { "json" };
                let key = format!("{}/{}_{}.{ending}", self.destination.folder, self.name, self.files.len());
                let out = self.destination.create(&key)?;
                let open = self.open.insert(Open { out, key, size: 0 });
                open.write(if is_lines { "" } else { "[" })?;
                open
            }
        };
        open.write(text)
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.write(if self.is_lines() { "\n" } else { "]" })?;
        let Open { out, key, size } = open;
        out.finish()?;
        self.files.push(Value::from([("Key", Value::from(key)), ("Size", Value::Int(size as i64))]));
        Ok(())
    }

    fn finish(mut self) -> io::Result<Vec<Value>> {
        self.close()?;
        Ok(self.files)
    }
}

impl Open {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.size += text.len() as u64;
        self.out.write_all(text.as_bytes())
    }
}
