//! Map Runs: the items of a distributed Map, each a child execution.
//!
//! ```text
//!  data::Source ─▶ feed ─▶ portions ─┬─▶ alone: a thread for each core      ─┐
//!   (a thread)      selects, batches └─▶ live: loops on this runtime, each   ├─▶ ledger ─▶ results, or files
//!                   where it must        with its own journal if STANDARD   ─┘
//! ```
//!
//! A Map Run is *outside* of its execution, like a task: it is started when the history says so, and answers once. In
//! between, all that is known of it stands in its folder, beside the execution's journal:
//!
//! ```text
//! executions/NAME/map-EVENT/ledger       a short line for each child that has ended
//! executions/NAME/map-EVENT/histories    the histories of STANDARD children that ran alone, one after the other
//! executions/NAME/map-EVENT/INDEX/       a STANDARD child with a life of its own: an execution like any other
//! executions/NAME/map-EVENT/stamp-N      sizes and times of what the reader reads, since the Nth redrive
//! executions/NAME/map-EVENT/read-N       how many bytes of it have been read, and their checksum
//! ```
//!
//! So nothing grows with the number of items but files, and two bits a child: which have ended. Whoever takes a Map Run up
//! again reads the items from their beginning and passes over the children that the ledger has; a child that was under
//! way is taken up where its journal has it, or runs again where it has none. Where what the
//! reader reads has changed meanwhile, nobody goes on: [`items`].
//!
//! Children of one kind need nothing but a processor ([`alone::needs_nothing`]): those run by the hundred on threads. All
//! others live on the runtime of the execution that started them, as many at once as `MaxConcurrency` says and the
//! process has room for. When those that are under way all wait for callbacks, or for time that is too far away, the Map Run
//! is suspended: it lets go of everything and is taken up again like after a kill.

mod alone;
mod batch;
mod census;
mod consumed;
mod coordinator;
mod describe;
mod done;
mod ending;
mod feed;
mod histories;
mod items;
mod known;
mod ledger;
mod live;
mod naming;
mod outside;
mod pending;
mod results;
mod tally;
mod threads;
mod writer;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::check::Machine;
use crate::definition::FlowId;
use crate::driver::Suspension;
use crate::driver::data::Buckets;
use crate::engine::{Identity, MapRun, Settings, Status};
use crate::history::Failure;
use crate::value::{Timestamp, Value};

pub use census::{Again, Census};
pub use coordinator::run;
pub use histories::{FILE as HISTORIES, read as read_history};
pub use known::children_kept;
pub use ledger::{Earlier, Ended, Found, Ledger};
pub use naming::{Naming, folder_name, kept_name};
pub use tally::{Counts, Tally};

/// A Map Run that is to be run.
pub struct Order {
    /// What the history says of it.
    pub map_run: MapRun,
    /// The machine it belongs to.
    pub machine: Arc<Machine>,
    /// Who the execution is that started it.
    pub parent: Identity,
    /// How that runs.
    pub settings: Settings,
    /// Where it is kept; nowhere where the execution is kept nowhere.
    pub folder: Option<PathBuf>,
    /// Where its items are, and its results go.
    pub buckets: Buckets,
    /// Makes chance repeatable.
    pub seed: Option<u64>,
    /// How many children may live in this process at once, however many `MaxConcurrency` allows.
    pub room: usize,
    /// Told when somebody may have gone on with a child that was suspended.
    pub looks: UnboundedReceiver<()>,
}

/// How this process's part in a Map Run ended.
#[derive(Debug)]
pub enum Ending {
    /// It is over.
    Over(Result<Value, Failure>),
    /// All that is under way waits, and this is what for.
    Suspended(Suspension),
}

/// A child that needs more than a processor.
#[derive(Debug)]
pub struct LiveChild {
    /// Its number.
    pub index: u32,
    /// How often it had run before its Map Run was redriven.
    pub runs: u32,
    /// Who it is.
    pub identity: Identity,
    /// What it runs.
    pub processor: FlowId,
    /// How.
    pub settings: Settings,
    /// Its input.
    pub input: Value,
}

/// What became of such a child.
#[derive(Debug)]
pub enum LiveEnd {
    /// It has ended.
    Ended {
        /// How.
        status: Status,
        /// When it had begun.
        started: Timestamp,
    },
    /// It waits, and this process has let go of it.
    Suspended(Suspension),
    /// It cannot be run, which says nothing about how it would end.
    Broken(anyhow::Error),
}

/// How a live child is run: to its end, or until it is suspended.
pub type Live = Box<dyn FnMut(LiveChild) -> Pin<Box<dyn Future<Output = LiveEnd>>>>;

/// What has to be kept of children.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    outputs: bool,
    inputs: bool,
    times: bool,
    histories: bool,
}

/// What threads tell.
#[derive(Debug)]
enum Report {
    /// Children have ended.
    Finished(Box<alone::Finished>),
    /// All items were read: how many there are, and of how many children.
    AllRead { items: u64, children: u64 },
    /// An item cannot be read.
    Broken(Broken),
    /// A defect of this program, which says nothing about how the Map Run would end.
    Defect(anyhow::Error),
}

/// Why a Map Run cannot go on: the number of the item, and what is wrong.
#[derive(Debug)]
struct Broken {
    at: u64,
    failure: Failure,
}
