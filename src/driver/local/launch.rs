//! Executions begun and taken up.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use hashbrown::HashMap;
use tokio::task::LocalSet;

use super::history::Past;
use super::record::{Kept, Record};
use super::run::{GRACE, Run, channels};
use super::tasks::Called;
use super::world::World;
use crate::check::{self, Machine};
use crate::driver::bindings::{Bindings, Surroundings};
use crate::driver::invoke::Invoker;
use crate::driver::journal::{self, Journal};
use crate::driver::store::{Header, Owned, Parent, Store};
use crate::driver::token::Key;
use crate::driver::unix::process::ProcessGroup;
use crate::driver::{End, Observer, clock};
use crate::engine::{Execution, Identity, Input, Settings, WorkflowType};
use crate::expr::ambient::uuid;
use crate::history::{Event, Kind};
use crate::source::Source;
use crate::value::{Str, Value};

/// Everything a new execution is made of.
#[derive(Debug)]
pub struct Launch {
    /// Its name; one is made where there is none.
    pub name: Option<String>,
    /// Its state machine's name.
    pub machine_name: String,
    /// The definition's path and text.
    pub definition: Source,
    /// The definition, checked.
    pub machine: Arc<Machine>,
    /// Its input.
    pub input: Value,
    /// The input's text, where that is not its compact text.
    pub input_text: Option<Str>,
    /// How it runs.
    pub settings: Settings,
    /// What its tasks are bound to.
    pub bindings: Bindings,
    /// Where it is kept, absolute.
    pub state_dir: PathBuf,
    /// How this process runs it.
    pub options: RunOptions,
}

/// How a process runs an execution.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Stay until callbacks are answered or time out.
    pub wait: bool,
    /// Makes chance repeatable.
    pub seed: Option<u64>,
    /// When the execution is to end as TIMED_OUT.
    pub timeout: Option<Duration>,
    /// Where the history goes at the end, absolute.
    pub history: Option<PathBuf>,
    /// Whether a person is there to answer tasks.
    pub interactive: bool,
}

/// How a run of an execution ended.
#[derive(Debug)]
pub struct Finished {
    /// The execution's name.
    pub name: String,
    /// How it ended.
    pub end: End,
    /// Whether it can be taken up again, where it has not ended: an Express execution is kept nowhere.
    pub is_kept: bool,
    /// Whether the history could be written, where one was wanted.
    pub history_written: anyhow::Result<()>,
}

/// Starts an execution and runs it.
pub async fn start(launch: Launch, observer: &mut dyn Observer) -> anyhow::Result<Finished> {
    let invoker = Rc::new(Invoker::new(GRACE));
    LocalSet::new().run_until(begin(launch, None, invoker, observer)).await
}

/// Takes up an execution: its deadlines that have passed first, then its tasks that had not ended.
pub async fn resume(
    state_dir: &Path,
    name: &str,
    options: RunOptions,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let invoker = Rc::new(Invoker::new(GRACE));
    LocalSet::new().run_until(take_up(Store::new(state_dir.into()), name, options, true, invoker, observer)).await
}

/// Starts an execution within a local set.
pub(super) async fn begin(
    launch: Launch,
    parent: Option<Parent>,
    invoker: Rc<Invoker>,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let key = Key::new(clock::random_bytes());
    let identity = identity(&launch);
    let Launch { machine, input, input_text, settings, bindings, state_dir, options, definition, .. } = launch;
    let name = identity.name.clone();
    let record = match settings.workflow {
        WorkflowType::Express => Record::Nowhere,
        WorkflowType::Standard => {
            let header = Header {
                identity: identity.clone(),
                settings,
                key: key.clone(),
                seed: options.seed,
                definition_file: definition.name().to_owned(),
                definition: definition.text().to_owned(),
                substitutions: bindings.substitutions().clone(),
                bindings: bindings.to_json(),
                directory: std::env::current_dir().context("the working directory")?,
                parent: parent.clone(),
            };
            let store = Store::new(state_dir.clone());
            let owned = store.create(&header)?;
            let journal = Journal::create(&owned.journal())?;
            Record::Kept(Box::new(Kept { store, owned, journal, inbox: None }))
        }
    };
    observer.begin(&name, &machine);
    let start = Input::Start { input, text: input_text };
    let mut run = Run::new(
        identity,
        settings,
        machine,
        Arc::new(bindings),
        World::new(name, key, options.seed),
        record,
        Past::new(options.history.clone()),
        state_dir,
        invoker,
        observer,
    );
    run.obey(&options, parent.is_none());
    run.listen_if_possible()?;
    run.inputs.push_back(start);
    run.finish().await
}

/// Takes up an execution within a local set.
pub(super) async fn take_up(
    store: Store,
    name: &str,
    options: RunOptions,
    heeds_signals: bool,
    invoker: Rc<Invoker>,
    observer: &mut dyn Observer,
) -> anyhow::Result<Finished> {
    let (owned, header) = store.take(name)?;
    let (mut run, called) = reopen(store, owned, header, &options, invoker, observer)?;
    run.obey(&options, heeds_signals);
    run.recover(called).await?;
    run.finish().await
}

/// An execution as its journal has it, and what it had called.
pub(super) fn reopen<'o>(
    store: Store,
    mut owned: Owned,
    header: Header,
    options: &RunOptions,
    invoker: Rc<Invoker>,
    observer: &'o mut dyn Observer,
) -> anyhow::Result<(Run<'o>, Called)> {
    owned.announce(None).context("the execution's lock file")?;
    let machine = Arc::new(machine(&header)?);
    let bindings = bindings(&header, options)?;
    let name = header.identity.name.clone();
    observer.begin(&name, &machine);
    let mut execution = Execution::new(&machine, header.identity.clone(), header.settings);
    let mut past = Past::new(options.history.clone());
    let mut called = Called::new();
    if !owned.journal().exists() {
        return Err(not_begun());
    }
    let journal = Journal::open(&owned.journal(), |record| match record {
        journal::Record::Event(event) => {
            if ends_by_itself(&event.kind) {
                execution.open_task(event.lane).map(|task| called.remove(&task));
            }
            execution.apply(&event);
            past.add(&event);
            observer.past(&event);
        }
        journal::Record::Called { task, group } => drop(called.insert(task, ProcessGroup::from_str(&group).ok())),
    })?;
    let state_dir = store.root().to_owned();
    let seed = header.seed.map(|seed| seed.wrapping_add(execution.last_event()));
    let record = Record::Kept(Box::new(Kept { store, owned, journal, inbox: None }));
    let mut run = Run::new(
        header.identity,
        header.settings,
        machine,
        Arc::new(bindings),
        World::new(name, header.key, seed),
        record,
        past,
        state_dir,
        invoker,
        observer,
    );
    run.execution = execution;
    if run.execution.last_event() == 0 {
        return Err(not_begun());
    }
    run.listen_if_possible()?;
    run.inputs.push_back(Input::Tick);
    Ok((run, called))
}

fn not_begun() -> anyhow::Error {
    anyhow!("the execution was killed before it had begun, or its journal was removed: start it again")
}

/// Whether a task's call is over with this event: nobody has ended it.
fn ends_by_itself(kind: &Kind) -> bool {
    matches!(kind, Kind::TaskSubmitted { .. } | Kind::TaskSucceeded { .. } | Kind::TaskFailed { .. })
}

impl<'o> Run<'o> {
    #[expect(clippy::too_many_arguments, reason = "the parts of a run, each named once, at its two makers")]
    fn new(
        identity: Identity,
        settings: Settings,
        machine: Arc<Machine>,
        bindings: Arc<Bindings>,
        world: World,
        record: Record,
        past: Past,
        state_dir: PathBuf,
        invoker: Rc<Invoker>,
        observer: &'o mut dyn Observer,
    ) -> Run<'o> {
        let ((messages, received), (deliveries, delivered)) = channels();
        Run {
            name: identity.name.clone(),
            arn: identity.arn.clone(),
            machine_name: identity.machine_name.clone(),
            execution: Execution::new(&machine, identity, settings),
            machine,
            world,
            record,
            past,
            bindings,
            state_dir,
            invoker,
            observer,
            wait: false,
            until: None,
            heeds_signals: true,
            inputs: Default::default(),
            running: Default::default(),
            detached: 0,
            awaited: HashMap::new(),
            children: HashMap::new(),
            messages,
            received,
            deliveries,
            delivered,
            accepted: Vec::new(),
            to_call: Vec::new(),
        }
    }

    pub(super) fn obey(&mut self, options: &RunOptions, heeds_signals: bool) {
        self.wait = options.wait;
        self.until = options.timeout.map(|timeout| clock::now().plus_seconds(timeout.as_secs_f64()));
        self.heeds_signals = heeds_signals;
    }

    /// Runs to the end of this process's part, and writes the history where one was asked for.
    pub(super) async fn finish(mut self) -> anyhow::Result<Finished> {
        let end = self.drive().await;
        if end.is_err() {
            self.end_calls().await;
        }
        let history_written = self.past.write();
        let is_kept = self.record.kept().is_some();
        Ok(Finished { name: self.name.to_string(), end: end?, is_kept, history_written })
    }
}

fn identity(launch: &Launch) -> Identity {
    let aws = launch.bindings.aws();
    let (region, account) = (aws.region(), aws.account());
    let machine = &launch.machine_name;
    let name = launch.name.clone().unwrap_or_else(new_uuid);
    let arn = match launch.settings.workflow {
        WorkflowType::Standard => format!("arn:aws:states:{region}:{account}:execution:{machine}:{name}"),
        WorkflowType::Express => {
            format!("arn:aws:states:{region}:{account}:express:{machine}:{name}:{}", new_uuid())
        }
    };
    Identity {
        arn: arn.into(),
        machine_name: machine.as_str().into(),
        machine_arn: format!("arn:aws:states:{region}:{account}:stateMachine:{machine}").into(),
        role_arn: aws.role(),
        region: region.into(),
        name: name.into(),
    }
}

fn new_uuid() -> String {
    uuid(&mut World::new(Str::default(), Key::new(clock::random_bytes()), None))
}

/// The definition that the execution was started with, read again: it was valid then.
pub(super) fn machine(header: &Header) -> anyhow::Result<Machine> {
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
    let surroundings = Surroundings { is_interactive: options.interactive, ..Surroundings::default() };
    Bindings::restore(&header.bindings, surroundings).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
        anyhow!("the bindings kept with the execution: {}", all.join("; "))
    })
}

/// All that is recorded of an execution.
pub fn recorded(store: &Store, name: &str, mut each: impl FnMut(Event)) -> anyhow::Result<()> {
    Journal::peek(&store.journal(name)?, |record| {
        if let journal::Record::Event(event) = record {
            each(event);
        }
    })?;
    Ok(())
}
