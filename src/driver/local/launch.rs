//! Executions begun.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::task::LocalSet;

use super::host::Host;
use super::record::{Kept, Record};
use super::run::{Run, Subject};
use super::world::World;
use crate::check::Machine;
use crate::driver::bindings::Bindings;
use crate::driver::journal::Journal;
use crate::driver::store::{Header, Parent};
use crate::driver::token::Key;
use crate::driver::{End, Observer, Signal, clock};
use crate::engine::{Execution, Identity, Input, Settings, WorkflowType};
use crate::expr::ambient::uuid;
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
    /// Whose it is, where that is not for the bindings to say.
    pub account: Option<Account>,
    /// How this process runs it.
    pub options: RunOptions,
}

/// An account in a region: what ARNs are made of.
#[derive(Clone, Debug)]
pub struct Account {
    /// The region.
    pub region: Str,
    /// The account's number.
    pub number: Str,
}

impl Account {
    /// That of an ARN; none for a text that is no ARN.
    pub(super) fn of_arn(arn: &str) -> Option<Account> {
        let mut parts = arn.strip_prefix("arn:")?.split(':').skip(2);
        let (region, number) = (parts.next()?, parts.next()?);
        Some(Account { region: region.into(), number: number.into() })
    }
}

/// How a process runs an execution.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Stay until callbacks are answered or time out.
    pub wait: bool,
    /// Suspend the execution too when only time remains that is farther away than this.
    pub detach_after: Option<Duration>,
    /// How many tasks may run at once; as many as the machine has room for where that is not said.
    pub max_tasks: Option<usize>,
    /// Makes chance repeatable.
    pub seed: Option<u64>,
    /// When the execution is to end as TIMED_OUT.
    pub timeout: Option<Duration>,
    /// Where the history goes at the end, absolute.
    pub history: Option<PathBuf>,
    /// Whether a person is there to answer tasks.
    pub interactive: bool,
    /// Where an execution that is taken up finds its environment variables.
    pub env_file: EnvFile,
    /// What ends the process when the run is too busy to hear a signal, as while an expression is evaluated. Without it,
    /// a signal is heard when the run comes to it.
    pub unheard: Option<fn(&Unheard) -> !>,
}

/// A signal that a run was too busy to hear. What is recorded stays so, as after a kill.
#[derive(Debug)]
pub struct Unheard {
    /// The signal.
    pub signal: Signal,
    /// The execution's name.
    pub name: String,
    /// Whether it can be taken up again: an Express execution is kept nowhere.
    pub is_kept: bool,
    /// Where it is kept, absolute.
    pub state_dir: PathBuf,
}

/// Where an execution that is taken up finds the variables that it does not keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EnvFile {
    /// In the file it was started with, if it was started with one.
    #[default]
    Stored,
    /// In this file.
    Instead(PathBuf),
    /// Nowhere: no task will be called.
    Unneeded,
}

/// How a run of an execution ended.
#[derive(Debug)]
pub struct Finished {
    /// The execution's name.
    pub name: String,
    /// How it ended.
    pub end: End,
    /// All that was known of it, which takes long to let go of where there is much of it.
    pub execution: Box<Execution>,
    /// Whether it can be taken up again, where it has not ended: an Express execution is kept nowhere.
    pub is_kept: bool,
    /// Whether the history could be written, where one was wanted.
    pub history_written: anyhow::Result<()>,
    /// What a signal cut short after the execution had ended.
    pub cut_short: Option<CutShort>,
}

/// A signal that came after an execution had ended, while the process waited for others that no task waits for, or for
/// processes to be gone.
#[derive(Debug)]
pub struct CutShort {
    /// The signal.
    pub signal: Signal,
    /// The names of those executions, which can be resumed.
    pub executions: Vec<String>,
}

/// Starts an execution and runs it.
pub async fn start(launch: Launch, observer: &mut dyn Observer) -> anyhow::Result<Finished> {
    let host = Host::new(launch.state_dir.clone());
    let run = async { begin(launch, None, host, observer)?.heeding_signals()?.finish(None).await };
    LocalSet::new().run_until(run).await
}

/// Makes a new execution, within a local set.
pub(super) fn begin(
    launch: Launch,
    parent: Option<Parent>,
    host: Host,
    observer: &mut dyn Observer,
) -> anyhow::Result<Run<'_>> {
    let key = Key::new(clock::random_bytes());
    let identity = identity(&launch);
    let owned = match launch.settings.workflow {
        WorkflowType::Express => None,
        WorkflowType::Standard => {
            let header = header(&launch, identity.clone(), key.clone(), parent)?;
            let owned = host.store.create(&header)?;
            let journal = Journal::create(&owned.journal())?;
            Some((owned, journal))
        }
    };
    let Launch { machine, input, input_text, settings, bindings, options, .. } = launch;
    observer.begin(&identity.name, &machine);
    let world = World::new(identity.name.clone(), key, options.seed);
    let subject = Subject { identity, settings, machine, bindings: Arc::new(bindings), world };
    let mut run = Run::new(subject, Record::Nowhere, host, &options, observer);
    if let Some((mut owned, journal)) = owned {
        let inbox = run.announce(&mut owned)?;
        run.record = Record::Kept(Box::new(Kept { owned, journal, inbox }));
    }
    run.inputs.push_back(Input::Start { input, text: input_text });
    Ok(run)
}

fn header(launch: &Launch, identity: Identity, key: Key, parent: Option<Parent>) -> anyhow::Result<Header> {
    Ok(Header {
        identity,
        settings: launch.settings,
        key,
        seed: launch.options.seed,
        definition_file: launch.definition.name().to_owned(),
        definition: launch.definition.text().to_owned(),
        substitutions: launch.bindings.substitutions().clone(),
        bindings: launch.bindings.to_json(),
        env_file: launch.bindings.environment().path.clone(),
        directory: std::env::current_dir().context("the working directory")?,
        parent,
        item: None,
    })
}

fn identity(launch: &Launch) -> Identity {
    let aws = launch.bindings.aws();
    let (region, account) = match &launch.account {
        Some(Account { region, number }) => (&**region, &**number),
        None => (aws.region(), aws.account()),
    };
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
