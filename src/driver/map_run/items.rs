//! The items of a Map Run, opened; and whether they are those it began with.

use std::path::Path;

use anyhow::Context;

use super::coordinator::Coordinator;
use crate::driver::data::{self, AtHand, Change, Source, Stamp};
use crate::driver::unix::files;
use crate::history::Failure;

/// The error within is the Map Run's, the one without that it must not go on.
pub fn open(map_run: &mut Coordinator, warn: &impl Fn(String)) -> anyhow::Result<Result<Box<dyn Source>, Failure>> {
    let run = &map_run.order.map_run;
    let Some(reader) = &map_run.map().distributed.item_reader else {
        map_run.tally.total = Some(run.length);
        return Ok(Ok(Box::new(AtHand::new(run.items.clone()))));
    };
    let request =
        data::Request { reader: &reader.value, parameters: &run.started.reader, max_items: run.started.max_items };
    if let Some(folder) = &map_run.order.folder
        && let Ok(stamp) = Stamp::of(&map_run.order.buckets, request)
    {
        same_items(folder, &stamp, run.redrives, warn)?;
    }
    Ok(data::open(&map_run.order.buckets, request).map_err(|error| error.to_failure()))
}

/// Sees to it that a Map Run that goes on has the items it began with. What is redriven may have others: they may be what
/// was wrong.
fn same_items(folder: &Path, stamp: &Stamp, redrives: u32, warn: &impl Fn(String)) -> anyhow::Result<()> {
    let path = folder.join(format!("items-{redrives}"));
    let Some(earlier) = std::fs::read_to_string(&path).ok().as_deref().and_then(Stamp::read) else {
        let written = files::put_in_place(&path, stamp.to_text().as_bytes());
        return written.map(drop).with_context(|| path.display().to_string());
    };
    match stamp.change_since(&earlier) {
        Change::None => Ok(()),
        Change::Rewritten => {
            warn(
                "what the Map reads was written again since its Map Run began: the same items are expected".to_owned(),
            );
            Ok(())
        }
        Change::Others => anyhow::bail!(
            "what the Map reads has changed since its Map Run began, and its children would be mixed up: put it back as it \
             was, or end the execution with `sfn stop`, and `sfn redrive` reads it anew"
        ),
    }
}
