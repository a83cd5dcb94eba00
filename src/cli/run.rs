//! `sfn run`

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{ValueEnum, ValueHint};

use super::args::{Assignment, EventFormat, HELP, StateDir, Type};
use super::bind::{self, Bound, Config};
use super::ending::{self, Wishes};
use super::exit::{Error, Exit};
use super::input::{self, Given};
use super::watcher::{Show, Watcher};
use super::{block_on, definition, history_file, output, plan, terminal};
use crate::check::{Checked, Machine};
use crate::diagnostic::{Severity, rule};
use crate::driver::bindings::MockFile;
use crate::driver::local::{self, EnvFile, Launch, RunOptions};
use crate::driver::store::{self, Store, StoreError};
use crate::driver::unix::files;
use crate::engine::{self, PAYLOAD, Settings};
use crate::history::wire;
use crate::source::Source;
use crate::value::Value;

/// Run an execution of a state machine
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn run order.asl.json --input order.json
  sfn run order.asl.json --input '{\"id\": 7}' -t 'Charge=./charge.sh' -t 'Ship=jq .id'
  sfn run order.asl.json --mock MockConfigFile.json --case HappyPath
  sfn run order.asl.json --dry-run
  sfn run order.asl.json --quiet | jq .total

stdout holds the output of the execution and nothing else.
Exit code 0 when it succeeded, 3 failed, 4 timed out, 5 aborted, 8 suspended;
1 when the definition is invalid, 2 when something else keeps it from starting.")]
pub struct Run {
    /// The definition; - is stdin
    #[arg(value_hint = ValueHint::FilePath)]
    file: OsString,
    /// The input of the execution: a file, - for stdin, or JSON [default: {}]
    #[arg(long, short, value_name = "FILE|-|JSON", value_hint = ValueHint::FilePath, allow_negative_numbers = true)]
    input: Option<OsString>,

    /// What a task state executes, by `sh -c`; may be repeated
    #[arg(long = "task", short, value_name = "STATE=COMMAND", help_heading = "Tasks")]
    task: Vec<String>,
    /// Bind tasks by this file alone instead of the sfn.toml files around the definition
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    config: Option<PathBuf>,
    /// Answer tasks from this file (MockConfigFile.json of Step Functions Local)
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    mock: Option<PathBuf>,
    /// The test case of the mock file; its only one when missing
    #[arg(long, value_name = "NAME", requires = "mock", help_heading = "Tasks")]
    case: Option<String>,
    /// Refuse commands and addresses that the definition names itself: for definitions from strangers
    #[arg(long, help_heading = "Tasks")]
    no_inline_tasks: bool,
    /// A file of NAME=VALUE lines: environment variables for tasks
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    env_file: Option<PathBuf>,
    /// Fill ${NAME} in the definition; may be repeated
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Tasks")]
    substitute: Vec<Assignment>,
    /// Check everything, print what each task is bound to, and execute nothing
    #[arg(long, help_heading = "Tasks")]
    dry_run: bool,

    /// The name of the execution; made up when missing
    #[arg(long, value_name = "NAME", value_parser = execution_name, help_heading = "Execution")]
    name: Option<String>,
    /// The name of the state machine; that of the file, up to its first dot, when missing
    #[arg(long, value_name = "NAME", help_heading = "Execution")]
    state_machine_name: Option<String>,
    /// The type of workflow: an Express one keeps no journal
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t, help_heading = "Execution")]
    workflow: Type,
    #[command(flatten)]
    state_dir: StateDir,
    /// Afterwards, remove the ended executions of this state machine but for the N newest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Execution")]
    keep: Option<u32>,
    /// Stay until callbacks are answered or time out, instead of suspending
    #[arg(long, help_heading = "Execution")]
    wait: bool,
    /// Suspend the execution too when the next thing to happen is farther away than so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "wait", help_heading = "Execution")]
    detach_after: Option<Duration>,
    /// Run at most so many tasks at once [default: what cores and limits bear]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Execution")]
    max_tasks: Option<u32>,
    /// Exit with 0 when the execution is suspended
    #[arg(long, help_heading = "Execution")]
    suspend_ok: bool,
    /// Factor on the length of Wait states and retry delays; 0 skips them. Timeouts stay
    #[arg(long, value_name = "X", value_parser = wait_scale, allow_negative_numbers = true, default_value = "1", help_heading = "Execution")]
    wait_scale: f64,
    /// End the execution as TIMED_OUT when this run has taken so many seconds. Whoever resumes it starts anew;
    /// TimeoutSeconds of the definition does not
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true, help_heading = "Execution")]
    timeout: Option<Duration>,
    /// What happens where the service's quotas are exceeded
    #[arg(long, value_enum, default_value_t, help_heading = "Execution")]
    quotas: Quotas,
    /// Make chance (jitter, UUIDs, random numbers) repeatable
    #[arg(long, value_name = "N", help_heading = "Execution")]
    seed: Option<u64>,

    /// Write the history to this file at the end, as GetExecutionHistory returns it
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    history: Option<PathBuf>,
    /// The shape of the output: indented, on one line, or every event of the history on a line of its own
    #[arg(long, value_enum, help_heading = "Output")]
    format: Option<EventFormat>,
    /// Print no transitions
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
}

/// What happens where the service's quotas are exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, ValueEnum)]
pub enum Quotas {
    /// Go on, and say that the service would have failed
    #[default]
    Warn,
    /// Fail as the service does
    Enforce,
    /// Do not look
    Off,
}

/// A definition that can be executed.
struct Ready {
    source: Source,
    machine: Arc<Machine>,
    bound: Bound,
}

impl Run {
    /// Runs the execution until it ends, is suspended or interrupted.
    pub fn run(&self) -> Result<Exit, Error> {
        let history = history_file::check(self.history.as_deref())?;
        let prepared = self.prepare();
        if self.dry_run {
            return prepared?.map_or(Ok(Exit::InvalidDefinition), |(ready, _)| self.print_plan(&ready));
        }
        match prepared {
            Ok(Some((ready, given))) => self.execute(ready, given, history),
            Ok(None) => {
                self.write_empty_history();
                Ok(Exit::InvalidDefinition)
            }
            Err(error) => {
                self.write_empty_history();
                Err(error)
            }
        }
    }

    /// Everything that can be wrong before something runs; none when the definition is invalid, which has been told.
    fn prepare(&self) -> Result<Option<(Ready, Given)>, Error> {
        if self.file == "-" && self.input.as_deref().is_some_and(|input| input == "-") {
            return Err(Error::usage("the definition and the input cannot both be read from stdin"));
        }
        if self.detach_after.is_some() && self.workflow == Type::Express {
            return Err(Error::usage("--detach-after: an Express execution cannot be taken up again"));
        }
        let config = Config::load(&self.file, &self.bindings_given())?;
        let Some(ready) = self.ready(config)? else { return Ok(None) };
        Ok(Some((ready, self.read_input()?)))
    }

    /// Whoever reads the history of a run that never began must not find an older one.
    fn write_empty_history(&self) {
        let Some(file) = &self.history else { return };
        let mut text = String::new();
        wire::write_history(&[], &mut text);
        if let Err(error) = files::write_atomically(file, text.as_bytes()) {
            terminal::say_error(&format!("cannot write {}: {error}", file.display()));
        }
    }

    fn print_plan(&self, ready: &Ready) -> Result<Exit, Error> {
        match self.format {
            Some(EventFormat::Json | EventFormat::Jsonl) => output::write_value(&plan::json(&ready.bound.plan), None)?,
            Some(EventFormat::Text) | None => output::write(&plan::text(&ready.bound.plan))?,
        }
        Ok(Exit::Success)
    }

    /// Reads, checks and binds the definition; none when it is invalid, which has been told.
    fn ready(&self, config: Config) -> Result<Option<Ready>, Error> {
        let options = config.check_options(self.workflow);
        let (source, mut checked) = definition::read(&self.file, &options)?;
        self.refuse_unfilled(&mut checked, &config);
        // Warnings are for `validate`: a definition is run far more often than it is written.
        definition::report_errors(&source, &checked);
        let is_valid = checked.is_valid();
        let Some(machine) = checked.machine.filter(|_| is_valid) else { return Ok(None) };
        let bound = config.bind(&machine, &self.machine_name(), &self.task)?;
        Ok(Some(Ready { source, machine: Arc::new(machine), bound }))
    }

    fn bindings_given(&self) -> bind::Given<'_> {
        let mock = self.mock.as_deref().map(|file| MockFile {
            file: file.into(),
            machine: self.machine_name(),
            case: self.case.clone(),
        });
        bind::Given {
            config: self.config.as_deref(),
            substitute: &self.substitute,
            mock,
            env_file: self.env_file.as_deref(),
            no_inline_tasks: self.no_inline_tasks,
        }
    }

    /// What nobody filled is an error here, unless a binding goes by it.
    fn refuse_unfilled(&self, checked: &mut Checked, config: &Config) {
        let bound: Vec<_> = checked.unfilled.iter().filter(|left| config.binds(left)).map(|left| left.span).collect();
        let unfilled = |rule: &str| rule == rule::UNFILLED_PLACEHOLDER.name;
        for found in &mut checked.diagnostics {
            if unfilled(found.rule) && !bound.contains(&found.span) {
                found.severity = Severity::Error;
            }
        }
    }

    fn machine_name(&self) -> String {
        self.state_machine_name.clone().unwrap_or_else(|| definition::machine_name(&self.file))
    }

    fn read_input(&self) -> Result<Given, Error> {
        let Some(input) = &self.input else {
            return Ok(Given { value: Value::empty_object(), text: None, warnings: Vec::new() });
        };
        let given = input::read(input, "--input")?;
        given.warnings.iter().for_each(|warning| terminal::say_warning(warning));
        self.check_size(&given.value)?;
        Ok(given)
    }

    /// The service does not start an execution with too large an input.
    fn check_size(&self, input: &Value) -> Result<(), Error> {
        if self.quotas == Quotas::Off || input.text_size(PAYLOAD) <= PAYLOAD {
            return Ok(());
        }
        let message = format!("--input is larger than {PAYLOAD} bytes");
        match self.quotas {
            Quotas::Enforce => Err(Error::usage(format!("{message}, which the service does not take"))),
            _ => {
                terminal::say_warning(&format!("{message}: the service would not start the execution"));
                Ok(())
            }
        }
    }

    fn execute(&self, ready: Ready, given: Given, history: Option<PathBuf>) -> Result<Exit, Error> {
        let state_dir = self.state_dir.absolute()?;
        let launch = Launch {
            name: self.name.clone(),
            machine_name: self.machine_name(),
            definition: ready.source,
            machine: ready.machine,
            input: given.value,
            input_text: given.text,
            settings: self.settings(),
            bindings: ready.bound.bindings,
            state_dir: state_dir.clone(),
            account: None,
            options: self.options(history),
        };
        let events = self.format == Some(EventFormat::Jsonl);
        let mut watcher = Watcher::new(Show { quiet: self.quiet, events, ..Show::default() });
        let finished = block_on(local::start(launch, &mut watcher))?;
        watcher.finish();
        self.remove_old(&state_dir);
        let wishes = Wishes { format: self.format, suspend_ok: self.suspend_ok, state_dir: &state_dir };
        // The process ends: the system takes back its memory as a whole, and faster than value by value.
        let finished = ManuallyDrop::new(finished?);
        ending::tell(&finished, &mut watcher, wishes)
    }

    /// What cannot be removed changes nothing about how the execution ended.
    fn remove_old(&self, state_dir: &Path) {
        let Some(keep) = self.keep else { return };
        let (store, machine) = (Store::new(state_dir.into()), self.machine_name());
        if let Err(error) = local::prune(&store, keep as usize, Some(&machine)) {
            terminal::say_warning(&format!("old executions were not removed: {error:#}"));
        }
    }

    fn settings(&self) -> Settings {
        let quotas = match self.quotas {
            Quotas::Warn => engine::Quotas::Warn,
            Quotas::Enforce => engine::Quotas::Enforce,
            Quotas::Off => engine::Quotas::Off,
        };
        Settings { quotas, workflow: self.workflow.into(), wait_scale: self.wait_scale }
    }

    fn options(&self, history: Option<PathBuf>) -> RunOptions {
        RunOptions {
            wait: self.wait,
            detach_after: self.detach_after,
            max_tasks: self.max_tasks.map(|most| most as usize),
            seed: self.seed,
            timeout: self.timeout,
            history,
            interactive: is_interactive(),
            env_file: EnvFile::Stored,
            unheard: Some(ending::unheard),
        }
    }
}

/// Whether a person is there to answer.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn execution_name(name: &str) -> Result<String, StoreError> {
    store::check_name(name).map(|()| name.to_owned())
}

fn wait_scale(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(factor) if (0.0..=1e6).contains(&factor) => Ok(factor),
        _ => Err("it must be a number from 0 to 1000000".to_owned()),
    }
}

/// A length of time.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=1e9).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "it must be a number of seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_seconds_are_finite() {
        assert_eq!(wait_scale("0"), Ok(0.0));
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1_500)));
        for text in ["-1", "NaN", "inf", "x"] {
            assert!(wait_scale(text).is_err() && seconds(text).is_err(), "{text}");
        }
    }
}
