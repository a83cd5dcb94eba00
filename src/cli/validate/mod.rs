//! `sfn validate`

mod baseline;
mod files;
mod options;
mod work;

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use clap_complete::ArgValueCandidates;

use super::args::{Assignment, HELP, Target, Type, absolute};
use super::exit::{Error, Exit};
use super::{bind, completions, input, output, terminal};
use crate::check::{self, Checked, Options};
use crate::diagnostic::{Level, Rule};
use crate::driver::bindings::Lint;
use crate::driver::unix;
use crate::present::report::{self, Report, Unread};
use crate::source::Source;
use baseline::Baseline;
use options::{Denied, Format, Least};

/// Say what is wrong with definitions
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn validate order.asl.json
  sfn validate --deny warnings statemachines/
  sfn validate --format sarif . > findings.sarif
  sfn validate --write-baseline known.json . && sfn validate --baseline known.json .
  render-template | sfn validate -

Exit code 0 when every definition is valid, 1 when one is not,
2 when one cannot be read or nothing is found to validate.")]
pub struct Validate {
    /// Definitions, and folders of *.asl.json, *.asl.yaml, *.asl.yml and *.asl; - is stdin
    #[arg(required = true, value_name = "FILE|FOLDER", value_hint = ValueHint::AnyPath)]
    files: Vec<OsString>,
    /// The shape of the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// The type of workflow: Express has no .sync, .waitForTaskToken and activities
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value_t, help_heading = "Definition")]
    workflow: Type,
    /// Where it is to be executed: aws refuses what only sfn can execute
    #[arg(long, value_enum, default_value_t, help_heading = "Definition")]
    target: Target,
    /// Fill ${NAME} in the definition; may be repeated
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Definition")]
    substitute: Vec<Assignment>,
    /// Take substitutions and [lint] from this file instead of the sfn.toml files around the definition
    #[arg(long, value_name = "FILE", help_heading = "Definition")]
    config: Option<PathBuf>,

    /// Give advice too that most state machines would need
    #[arg(long, help_heading = "Rules")]
    pedantic: bool,
    /// Do not report this rule; may be repeated
    #[arg(long, value_name = "RULE", value_parser = options::rule, help_heading = "Rules",
        add = ArgValueCandidates::new(completions::rules))]
    allow: Vec<&'static Rule>,
    /// Take warnings for errors
    #[arg(long, value_enum, help_heading = "Rules")]
    deny: Option<Denied>,
    /// Report nothing below this; the exit code does not go by it
    #[arg(long, value_enum, default_value_t, help_heading = "Rules")]
    severity: Least,
    /// Report only what is not in this file
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    baseline: Option<PathBuf>,
    /// Write what is found to this file, for --baseline, instead of reporting it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "format"], help_heading = "Rules")]
    write_baseline: Option<PathBuf>,
}

/// A file and how it is checked.
struct Job {
    file: OsString,
    options: Options,
}

/// What was found in a file.
struct Finding {
    source: Source,
    checked: Checked,
    known: usize,
}

impl Validate {
    /// Reports on each file; one that cannot be read does not keep the others from being checked.
    pub fn run(&self) -> Result<Exit, Error> {
        let (files, mut unread) = files::find(&self.files);
        let baseline = self.baseline.as_deref().map(Baseline::read).transpose()?;
        let jobs = self.jobs(files)?;
        let mut findings = Vec::with_capacity(jobs.len());
        for (job, read) in jobs.iter().zip(work::each(&jobs, Job::check)) {
            match read {
                Ok((source, checked)) => findings.push(Finding { source, checked, known: 0 }),
                Err(error) => unread
                    .push(Unread { file: input::name(&job.file).into_owned(), reason: unix::files::reason(&error) }),
            }
        }
        for Unread { file, reason } in &unread {
            terminal::say_error(&format!("cannot read {file}: {reason}"));
        }
        if let Some(file) = &self.write_baseline {
            self.write_baseline(file, &findings)?;
            return Ok(if unread.is_empty() { Exit::Success } else { Exit::Usage });
        }
        if let Some(mut baseline) = baseline {
            for finding in &mut findings {
                finding.known = baseline.forget(finding.source.name(), &mut finding.checked.diagnostics)?;
            }
        }
        self.report(&mut findings, &unread)?;
        let is_valid = findings.iter().all(|finding| finding.checked.is_valid());
        Ok(match (unread.is_empty(), is_valid) {
            (false, _) => Exit::Usage,
            (true, false) => Exit::InvalidDefinition,
            (true, true) => Exit::Success,
        })
    }

    /// The files with their options. The `sfn.toml` files around a folder are read once.
    fn jobs(&self, files: Vec<OsString>) -> Result<Vec<Job>, Error> {
        let mut folders: BTreeMap<PathBuf, (Options, Lint)> = BTreeMap::new();
        let mut jobs = Vec::with_capacity(files.len());
        for file in files {
            let folder = Path::new(&file).parent().unwrap_or(Path::new("")).to_path_buf();
            if !folders.contains_key(&folder) {
                folders.insert(folder.clone(), self.settings(&file)?);
            }
            let (options, lint) = &folders[&folder];
            let mut levels = lint.levels(&absolute(Path::new(&file))?);
            levels.deny_warnings = self.deny.is_some();
            if self.pedantic {
                levels.set_pedantic(Level::On);
            }
            self.allow.iter().for_each(|rule| levels.set(rule, Level::Off));
            jobs.push(Job { file, options: Options { levels, ..options.clone() } });
        }
        Ok(jobs)
    }

    fn settings(&self, file: &OsStr) -> Result<(Options, Lint), Error> {
        let given =
            bind::Given { config: self.config.as_deref(), substitute: &self.substitute, ..bind::Given::default() };
        let config = bind::Config::load(file, &given)?;
        let options = Options { target: self.target.into(), ..config.check_options(self.workflow) };
        Ok((options, config.lint()?))
    }

    fn write_baseline(&self, file: &Path, findings: &[Finding]) -> Result<(), Error> {
        let mut baseline = Baseline::new(file)?;
        for Finding { source, checked, .. } in findings {
            let found: Vec<_> = checked.diagnostics.iter().filter(|found| self.severity.holds(found)).collect();
            baseline.add(source.name(), found)?;
        }
        let known = baseline.write()?;
        output::write(&format!("{}: {known} known to the baseline\n", file.display()))
    }

    fn report(&self, findings: &mut [Finding], unread: &[Unread]) -> Result<(), Error> {
        for finding in findings.iter_mut() {
            finding.checked.diagnostics.retain(|found| self.severity.holds(found));
        }
        let reports: Vec<Report<'_>> = findings.iter().map(Finding::report).collect();
        let mut text = String::new();
        let written = match self.format {
            Format::Text => report::text(&reports, &mut text, terminal::style(&io::stdout()).colour),
            Format::Json => report::json(&reports, &mut text),
            Format::Sarif => report::sarif(&reports, unread, &mut text),
            Format::Github => report::annotations(&reports, unread, &mut text),
            Format::Junit => report::junit(&reports, unread, &mut text),
        };
        let is_on_github = env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
        let written = match self.format {
            Format::Text if is_on_github => written.and_then(|()| report::annotations(&reports, unread, &mut text)),
            _ => written,
        };
        debug_assert!(written.is_ok(), "a String takes everything");
        output::write(&text)
    }
}

impl Job {
    fn check(&self) -> io::Result<(Source, Checked)> {
        let bytes = input::try_bytes(&self.file)?;
        Ok(check::check_bytes(&input::name(&self.file), bytes, &self.options))
    }
}

impl Finding {
    fn report(&self) -> Report<'_> {
        let Finding { source, checked, known } = self;
        Report { source, diagnostics: &checked.diagnostics, truncated: checked.truncated, known: *known }
    }
}
