//! Runs executions on this machine: one loop for each, over the engine.
//!
//! [`start`] makes an execution, [`resume`] takes one up, [`send`] hands in the answer to a task token, [`stop`] ends
//! one, [`redrive`] goes on with one that failed. All come down to one [`Run`](run::Run): it gives the engine what came
//! to pass, appends the events to the journal, and only then acts: calls tasks, ends them, waits. It prints nothing; an
//! [`Observer`](super::Observer) sees every event.
//!
//! What is on the disk before it counts: a token before its task is called, the start of a task that must not run
//! twice, an answer before its sender is told yes, a suspension, the end. Everything else is in the file before it is
//! acted on, which a killed process survives.

mod answers;
mod callbacks;
mod child;
mod describe;
mod ending;
mod follow;
mod hearing;
mod history;
mod host;
mod items;
mod launch;
mod map_run;
mod map_run_summary;
mod mode;
mod post;
mod reach;
mod reads;
mod record;
mod recover;
mod redrive;
mod relay;
mod remove;
mod resume;
mod run;
mod send;
mod stop;
mod summary;
mod tasks;
mod told;
mod upward;
mod waiting;
mod work;
mod world;

pub use follow::follow;
pub use items::{Child, child_called, child_history, children};
pub use launch::{Account, CutShort, EnvFile, Finished, Launch, RunOptions, Unheard, start};
pub use map_run_summary::{Counted, MapRunSummary, map_run_summary};
pub use redrive::{NotRedrivable, redrive};
pub use remove::{NotRemoved, prune, remove};
pub use resume::{machine, recorded, resume};
pub use send::{SendError, Sent, send};
pub use stop::stop;
pub use summary::{Span, Summary, can_go_on, look, summaries, summary};
pub use waiting::Waiting;
