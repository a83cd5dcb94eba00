//! Map Runs of an execution: begun, heard of, and their children run on this runtime.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use tokio::sync::mpsc::{self, UnboundedSender};

use super::host::Host;
use super::launch::RunOptions;
use super::post::{MapRunNews, Message};
use super::record::{Kept, Record};
use super::relay::Relay;
use super::resume::take_up;
use super::run::{Run, Subject};
use super::work::OpenMapRun;
use super::world::World;
use crate::check::Machine;
use crate::driver::bindings::Bindings;
use crate::driver::journal::Journal;
use crate::driver::map_run::{self, Ending, Live, LiveChild, LiveEnd, Order, kept_name};
use crate::driver::sealed;
use crate::driver::store::{SIBLINGS, Siblings};
use crate::driver::token::Key;
use crate::driver::unix::{files, limits};
use crate::driver::{Defect, End};
use crate::engine::{Execution, Identity, Input, WorkflowType};
use crate::history::EventId;
use crate::value::Str;

/// Open files that a child with a life of its own may need: its journal and its lock.
const FILES: usize = 2;

impl Run<'_> {
    /// Begins a Map Run, or takes it up where its folder has it.
    pub(super) fn begin_map_run(&mut self, id: EventId) -> anyhow::Result<()> {
        let Some(map_run) = self.execution.map_run(&self.machine, id) else { return Ok(()) };
        let (looks, looked) = mpsc::unbounded_channel();
        let state = self.machine.definition().state(crate::definition::StateId(map_run.started.state));
        let open = OpenMapRun { state: state.name.value.clone(), suspended: None, tally: None, looks };
        let folder = match self.record.kept() {
            Some(_) => Some(self.host.store.map_run(&self.identity.name, id)?),
            None => None,
        };
        if let Some(folder) = &folder {
            files::create_private_dir(folder).with_context(|| folder.display().to_string())?;
            let processor = map_run.map(&self.machine).processor.0;
            let siblings = Siblings { map_run_arn: map_run.started.arn.to_string(), processor };
            let path = folder.join(SIBLINGS);
            let text = sealed::seal(serde_json::to_string(&siblings)?);
            files::put_in_place(&path, &text).with_context(|| path.display().to_string())?;
        }
        let order = Order {
            map_run,
            machine: self.machine.clone(),
            parent: self.execution.identity().clone(),
            settings: self.execution.settings(),
            folder,
            buckets: self.bindings.buckets(),
            seed: self.world.seed(),
            room: (limits::open_files() / FILES).max(1),
            looks: looked,
        };
        let (live, messages) = (self.children_of(id), self.post.messages.clone());
        let watching = messages.clone();
        self.work.map_runs.insert(id, open);
        let work = tokio::task::spawn_local(async move {
            let tell = |news| {
                // A loop that does not listen any more has ended.
                let _ = messages.send(Message::MapRun { map_run: id, news });
            };
            let warn = |text| {
                // A loop that does not listen any more has ended.
                let _ = messages.send(Message::Warning(text));
            };
            let run = map_run::run(order, live, |tally| tell(MapRunNews::Progress(tally)), warn);
            tell(match Box::pin(run).await {
                Ok(Ending::Over(outcome)) => MapRunNews::Ended(outcome),
                Ok(Ending::Suspended(suspension)) => MapRunNews::Suspended(suspension),
                Err(error) => MapRunNews::Broken(error),
            });
        });
        self.work.add(id, work.abort_handle());
        tokio::task::spawn_local(async move {
            if let Err(error) = work.await
                && error.is_panic()
            {
                let news = MapRunNews::Broken(Defect(format!("a Map Run: {error}")).into());
                // A loop that does not listen any more has ended.
                let _ = watching.send(Message::MapRun { map_run: id, news });
            }
        });
        Ok(())
    }

    pub(super) fn take_map_run_news(&mut self, map_run: EventId, news: MapRunNews) -> anyhow::Result<()> {
        let Some(open) = self.work.map_runs.get_mut(&map_run) else { return Ok(()) };
        match news {
            MapRunNews::Progress(tally) => {
                open.tally = Some(tally);
                self.observer.map_run(map_run, &open.state, &tally);
                return Ok(());
            }
            MapRunNews::Suspended(suspension) => open.suspended = Some(suspension),
            MapRunNews::Ended(outcome) => {
                self.work.map_runs.remove(&map_run);
                self.close_callbacks_below(map_run);
                self.inputs.push_back(Input::MapRunEnded { map_run, outcome });
            }
            MapRunNews::Broken(error) => return Err(error),
        }
        self.work.remove(map_run);
        Ok(())
    }

    /// How children of the Map Run live.
    fn children_of(&self, map_run: EventId) -> Live {
        let nursery = Rc::new(Nursery {
            parent: self.identity.clone(),
            map_run,
            machine: self.machine.clone(),
            bindings: self.bindings.clone(),
            host: self.host.clone(),
            key: self.world.key.clone(),
            seed: self.world.seed(),
            wait: self.mode.wait,
            detach_after: self.mode.detach_after,
            messages: self.post.messages.clone(),
            is_kept: self.record.kept().is_some(),
        });
        Box::new(move |child| {
            let nursery = nursery.clone();
            Box::pin(async move {
                match nursery.live(child).await {
                    Ok(end) => end,
                    Err(error) => LiveEnd::Broken(error),
                }
            })
        })
    }
}

/// What the living children of a Map Run share.
struct Nursery {
    parent: Identity,
    map_run: EventId,
    machine: Arc<Machine>,
    bindings: Arc<Bindings>,
    host: Host,
    key: Key,
    seed: Option<u64>,
    wait: bool,
    detach_after: Option<Duration>,
    messages: UnboundedSender<Message>,
    /// Whether the parent is kept: then so are its STANDARD children.
    is_kept: bool,
}

impl Nursery {
    async fn live(&self, child: LiveChild) -> anyhow::Result<LiveEnd> {
        let mut relay = Relay::new(self.messages.clone(), None);
        let is_kept = self.is_kept && child.settings.workflow == WorkflowType::Standard;
        let name = kept_name(&self.parent.name, self.map_run, child.index);
        let finished = if is_kept && self.host.store.has_begun(&name) {
            let (mut run, called) = take_up(&name, &self.options(is_kept), self.host.clone(), &mut relay)?;
            run.redrive_after(child.runs);
            Box::pin(run.finish(Some(called))).await?
        } else {
            Box::pin(self.begin(child, name, is_kept, &mut relay)?.finish(None)).await?
        };
        Ok(match finished.end {
            End::Ended(status) => LiveEnd::Ended { status, started: relay.span().unwrap_or_default().started },
            End::Suspended(suspension) => LiveEnd::Suspended(suspension),
            End::Interrupted(_) => LiveEnd::Broken(anyhow!("interrupted")),
        })
    }

    /// Of a child that is kept nowhere nobody can let go.
    fn options(&self, is_kept: bool) -> RunOptions {
        let detach_after = self.detach_after.filter(|_| is_kept);
        RunOptions { wait: self.wait, detach_after, ..RunOptions::default() }
    }

    fn begin<'o>(
        &self,
        child: LiveChild,
        name: String,
        is_kept: bool,
        relay: &'o mut Relay,
    ) -> anyhow::Result<Run<'o>> {
        let LiveChild { index, identity, processor, settings, input, .. } = child;
        let record = match is_kept {
            true => {
                let owned = self.host.store.create_child(&name)?;
                let journal = Journal::create(&owned.journal())?;
                Record::Kept(Box::new(Kept { owned, journal, inbox: None }))
            }
            false => Record::Nowhere,
        };
        let name: Str = if is_kept { name.into() } else { identity.name.clone() };
        let seed = self.seed.map(|seed| seed.wrapping_add(u64::from(index) + 1));
        let world = World::new(name.clone(), self.key.clone(), seed);
        let execution = Execution::of_items(&self.machine, processor, identity.clone(), settings);
        // Bindings go by the name of the machine that the author wrote.
        let machine_name = self.parent.machine_name.clone();
        let subject = Subject {
            identity: Identity { name, machine_name, ..identity },
            settings,
            machine: self.machine.clone(),
            bindings: self.bindings.clone(),
            world,
        };
        let mut run = Run::new(subject, record, self.host.clone(), &self.options(is_kept), relay);
        run.execution = execution;
        run.inputs.push_back(Input::Start { input, text: None });
        Ok(run)
    }
}
