//! Executions taken up where their journals have them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use tokio::task::LocalSet;

use super::host::Host;
use super::launch::{EnvFile, Finished, RunOptions};
use super::record::{Kept, Record};
use super::recover::Called;
use super::run::{Run, Subject};
use super::upward::{ended_with_map_run, go_up};
use super::world::World;
use crate::check::{self, Machine};
use crate::definition::FlowId;
use crate::driver::bindings::{Bindings, Surroundings};
use crate::driver::invoke::Environment;
use crate::driver::journal::{self, Journal, Unreadable};
use crate::driver::store::{Header, Owned, Store, has_begun, lost};
use crate::driver::{Observer, env_file};
use crate::engine::{Execution, Identity, Input, Misfit};
use crate::history::Event;
use crate::source::Source;

/// Takes up an execution: its deadlines that have passed first, then its tasks that had not ended.
pub async fn resume(
    state_dir: &Path,
    name: &str,
    options: RunOptions,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let host = Host::new(state_dir.into());
    let run = async {
        let (owned, header) = host.store.take(name)?;
        if ended_with_map_run(&host, &header)? {
            let above = header.parent.map(|parent| parent.execution).unwrap_or_default();
            bail!(
                "its Map Run has ended, and it with that; if it did not succeed, `sfn redrive {above}` runs it again"
            );
        }
        let (run, called) = reopen(owned, header, &options, host.clone(), observer)?;
        let finished = run.heeding_signals()?.finish(Some(called)).await?;
        go_up(finished, &options, &host, observer).await
    };
    LocalSet::new().run_until(run).await
}

/// Takes up an execution within a local set.
pub(super) fn take_up<'o>(
    name: &str,
    options: &RunOptions,
    host: Host,
    observer: &'o mut dyn Observer,
) -> anyhow::Result<(Run<'o>, Called)> {
    let (owned, header) = host.store.take(name)?;
    reopen(owned, header, options, host, observer)
}

/// An execution as its journal has it, and what it had called.
pub(super) fn reopen<'o>(
    mut owned: Owned,
    header: Header,
    options: &RunOptions,
    host: Host,
    observer: &'o mut dyn Observer,
) -> anyhow::Result<(Run<'o>, Called)> {
    let machine = Arc::new(machine(&header)?);
    let bindings = Arc::new(bindings(&header, options)?);
    let path = owned.journal();
    if !path.exists() {
        return Err(nothing_recorded(&path));
    }
    observer.begin(&header.identity.name, &machine);
    let execution = blank(&machine, &header);
    let Header { mut identity, settings, key, seed, item, .. } = header;
    if let Some(item) = item {
        identity = Identity { name: item.name.into(), machine_name: item.machine_name, ..identity };
    }
    let world = World::new(identity.name.clone(), key, None);
    let subject = Subject { identity, settings, machine: machine.clone(), bindings, world };
    let mut run = Run::new(subject, Record::Nowhere, host, options, observer);
    run.execution = execution;
    // Before the journal is read, which may take a while.
    let inbox = run.announce(&mut owned)?;
    let mut called = Called::default();
    let journal = Journal::open(&path, |record| {
        match record {
            journal::Record::Event(event) => {
                if Called::is_told_by(&event.kind)
                    && let Some(task) = run.execution.open_task(event.lane)
                {
                    called.remove(task, &event.kind);
                }
                run.execution.replay(&machine, &event)?;
                run.past.add(&event);
                run.observer.past(&event);
            }
            journal::Record::Called { task, group } => called.add(task, &group),
        }
        Ok(())
    })?;
    if run.execution.last_event() == 0 {
        return Err(nothing_recorded(&path));
    }
    run.record = Record::Kept(Box::new(Kept { owned, journal, inbox }));
    // What is drawn from now on has not been drawn before.
    run.world.reseed(seed.map(|seed| seed.wrapping_add(run.execution.last_event())));
    run.inputs.push_back(Input::Tick);
    Ok((run, called))
}

/// To the journal, a record that contradicts the others is damage like any other.
impl From<Misfit> for Unreadable {
    fn from(misfit: Misfit) -> Unreadable {
        Unreadable(misfit.to_string())
    }
}

/// The execution before anything has happened.
pub(super) fn blank(machine: &Machine, header: &Header) -> Execution {
    let Header { identity, settings, item, .. } = header;
    match item {
        Some(item) => Execution::of_items(machine, FlowId(item.processor), identity.clone(), *settings),
        None => Execution::new(machine, identity.clone(), *settings),
    }
}

/// What is said of an execution of which nothing is recorded.
pub(super) fn nothing_recorded(journal: &Path) -> anyhow::Error {
    if journal.parent().is_some_and(has_begun) {
        return anyhow!(lost(journal));
    }
    anyhow!("the execution was killed before it had begun, or its journal was removed: start it again")
}

/// The definition that the execution was started with, read again: it was valid then.
pub fn machine(header: &Header) -> anyhow::Result<Machine> {
    let options = check::Options {
        substitutions: header.substitutions.clone(),
        workflow: header.settings.workflow,
        ..check::Options::default()
    };
    let source = Source::new(header.definition_file.clone(), header.definition.clone());
    let checked = check::check(&source, &options);
    checked.machine.ok_or_else(|| {
        let first = checked.diagnostics.first().map(|found| found.message.clone()).unwrap_or_default();
        anyhow!("this version of sfn refuses the definition the execution was started with ({first}); resume it with the version that started it")
    })
}

fn bindings(header: &Header, options: &RunOptions) -> anyhow::Result<Bindings> {
    let environment = environment(header, &options.env_file)?;
    let surroundings = Surroundings { environment, is_interactive: options.interactive };
    Bindings::restore(&header.bindings, surroundings).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
        anyhow!("the bindings kept with the execution: {}", all.join("; "))
    })
}

/// Without its variables an execution must not go on: its tasks would do something else.
fn environment(header: &Header, given: &EnvFile) -> anyhow::Result<Environment> {
    match (given, &header.env_file) {
        (EnvFile::Instead(path), _) => env_file::read(path),
        (EnvFile::Stored, Some(path)) => env_file::read(path).context(
            "the execution was started with --env-file, which cannot be read again; name another by --env-file",
        ),
        (EnvFile::Stored, None) | (EnvFile::Unneeded, _) => Ok(Environment::default()),
    }
}

/// All that is recorded of an execution; nobody asks whether its machine can have done so.
pub fn recorded(store: &Store, name: &str) -> anyhow::Result<Vec<Event>> {
    let (mut events, path) = (Vec::new(), store.journal(name)?);
    Journal::peek(&path, |record| {
        if let journal::Record::Event(event) = record {
            events.push(event);
        }
        Ok(())
    })?;
    if events.is_empty() {
        return Err(nothing_recorded(&path));
    }
    Ok(events)
}
