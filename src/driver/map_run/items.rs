//! The items of a Map Run, opened; and whether they are those it began with.
//!
//! Whoever goes on with a Map Run passes over the children that have ended by their numbers alone. So nothing of it may be
//! taken up where the items are not the same any more, or cannot be read just now: that is an error of this process, and
//! the execution stays as it is. What is redriven may have other items: they may be what was wrong.

use std::path::Path;

use anyhow::Context;

use super::consumed::Consumed;
use super::coordinator::Coordinator;
use crate::driver::data::{self, AtHand, Buckets, Change, ReadError, Request, Source, Stamp, Watch};
use crate::driver::unix::files;
use crate::history::Failure;

/// Items, and where it is noted how far they have been read.
pub struct Items {
    pub source: Box<dyn Source>,
    pub consumed: Option<Consumed>,
}

/// The error within is the Map Run's, the one without that it must not go on.
pub fn open(map_run: &mut Coordinator, warn: &impl Fn(String)) -> anyhow::Result<Result<Items, Failure>> {
    let run = &map_run.order.map_run;
    let Some(reader) = &map_run.map().distributed.item_reader else {
        let source = Box::new(AtHand::new(run.items.clone()));
        map_run.census.tally.total = Some(run.length);
        return Ok(Ok(Items { source, consumed: None }));
    };
    let request = Request { reader: &reader.value, parameters: &run.started.reader, max_items: run.started.max_items };
    let (mut buckets, mut consumed) = (map_run.order.buckets.clone(), None);
    if let Some(folder) = &map_run.order.folder {
        let kept = Kept { folder, redrives: run.redrives };
        kept.check(&buckets, request, warn)?;
        let watch = Watch::new();
        buckets = buckets.watched(&watch);
        consumed = Some(kept.open_consumed(watch)?);
        kept.stamp(&map_run.order.buckets, request)?;
    }
    let opened = data::open(&buckets, request).map_err(|error| error.to_failure());
    Ok(opened.map(|source| Items { source, consumed }))
}

/// What a Map Run's folder has of its items. Each redrive begins anew.
struct Kept<'a> {
    folder: &'a Path,
    redrives: u32,
}

impl Kept<'_> {
    fn stamp_file(&self) -> std::path::PathBuf {
        self.folder.join(format!("stamp-{}", self.redrives))
    }

    fn consumed_file(&self) -> std::path::PathBuf {
        self.folder.join(format!("read-{}", self.redrives))
    }

    fn stamped(&self) -> Option<Stamp> {
        Stamp::read(&std::fs::read_to_string(self.stamp_file()).ok()?)
    }

    /// The stamp of a Map Run that a former version began.
    fn formerly_stamped(&self) -> Option<Stamp> {
        let path = self.folder.join(format!("items-{}", self.redrives));
        Stamp::read(&std::fs::read_to_string(path).ok()?)
    }

    /// Keeps the stamp, unless there is one: after what is read has its place, since whoever finds a stamp and no such
    /// place has to expect that much was read. One of which something is missing would never be the same again: the next
    /// process makes it.
    fn stamp(&self, buckets: &Buckets, request: Request<'_>) -> anyhow::Result<()> {
        if self.stamped().is_some() {
            return Ok(());
        }
        let (path, stamp) = (self.stamp_file(), Stamp::of(buckets, request));
        if !stamp.is_whole() {
            return Ok(());
        }
        files::put_in_place(&path, stamp.to_text().as_bytes()).map(drop).with_context(|| path.display().to_string())
    }

    fn open_consumed(&self, watch: Watch) -> anyhow::Result<Consumed> {
        let path = self.consumed_file();
        Consumed::open(&path, watch).with_context(|| path.display().to_string())
    }

    /// Whether the Map Run may go on with the items that are there now.
    fn check(&self, buckets: &Buckets, request: Request<'_>, warn: &impl Fn(String)) -> anyhow::Result<()> {
        let stamped = self.stamped();
        let is_former = stamped.is_none();
        let Some(earlier) = stamped.or_else(|| self.formerly_stamped()) else { return Ok(()) };
        let what = data::describe(buckets, request);
        let change = match Stamp::of(buckets, request).change_since(&earlier) {
            Change::Others if is_former && earlier.is_former(buckets, request) => Change::Rewritten,
            change => change,
        };
        match change {
            Change::None => return Ok(()),
            Change::Missing(ReadError(error)) => anyhow::bail!(
                "{error}; its Map Run has read it before and goes on only with it: put it back, and `sfn resume` goes on; \
                 {OR_ANEW}"
            ),
            Change::Rewritten => {
                let found = match Consumed::read(&self.consumed_file()) {
                    Some(read) if data::still_holds(buckets, request, read) == Some(true) => {
                        Some("what its Map Run had read of it is still the same")
                    }
                    // It did not note what it read.
                    None if is_former => Some("it is as large as it was, and the same items are expected"),
                    _ => None,
                };
                if let Some(found) = found {
                    warn(format!("{what}: may have been written since; {found}"));
                    return Ok(());
                }
            }
            Change::Others => {}
        }
        anyhow::bail!(
            "{what}: has changed since its Map Run began, and its children would be mixed up: put it back as it was, and \
             `sfn resume` goes on; {OR_ANEW}"
        )
    }
}

/// What else can be done with a Map Run whose items are not what they were.
const OR_ANEW: &str = "or end the execution with `sfn stop`, and `sfn redrive` reads it anew";
