//! `sfn completions`, and the answers that its scripts ask for.
//!
//! The scripts hold no words: whenever somebody presses the tab key they call the program with [`VARIABLE`] set, so that
//! the names of executions and open tokens can be completed, and a script outlives a new version.

use std::ffi::{OsStr, OsString};

use clap::CommandFactory;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, CompletionCandidate, PathCompleter, Shell};

use super::args::{Args, HELP, StateDir};
use super::exit::{Error, Exit};
use super::{output, store};
use crate::diagnostic::rule::RULES;

/// Set by the scripts, to the shell's name.
const VARIABLE: &str = "SFN_COMPLETE";

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn completions bash > ~/.local/share/bash-completion/completions/sfn
  sfn completions zsh > \"${fpath[1]}/_sfn\"

Names of executions and open task tokens are completed too.")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(&self) -> Result<Exit, Error> {
        output::write(&script(self.shell))?;
        Ok(Exit::Success)
    }
}

/// Answers a script that asks what a word may become, and ends the process; does nothing where none asks.
pub fn answer() {
    CompleteEnv::with_factory(Args::command).var(VARIABLE).complete();
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    if let Some(completer) = Shells::builtins().completer(&shell.to_string()) {
        let written = completer.write_registration(VARIABLE, "sfn", "sfn", "sfn", &mut script);
        debug_assert!(written.is_ok(), "a Vec takes everything");
    }
    format!("{}\n", String::from_utf8_lossy(&script).trim())
}

/// The names of the executions.
pub fn executions() -> Vec<CompletionCandidate> {
    let names = state_dir().and_then(|state_dir| store::names(&state_dir.absolute().ok()?).ok());
    names.unwrap_or_default().into_iter().map(CompletionCandidate::new).collect()
}

/// The names of the executions, and files.
pub fn executions_and_files(current: &OsStr) -> Vec<CompletionCandidate> {
    use clap_complete::engine::ValueCompleter;
    let begun =
        |found: &CompletionCandidate| found.get_value().as_encoded_bytes().starts_with(current.as_encoded_bytes());
    let names = executions().into_iter().filter(begun);
    names.chain(PathCompleter::file().complete(current)).collect()
}

/// The rules, each with what it is about.
pub fn rules() -> Vec<CompletionCandidate> {
    RULES.iter().map(|rule| CompletionCandidate::new(rule.name).help(Some(rule.summary.into()))).collect()
}

/// The open tokens, each with what it is for.
pub fn tokens() -> Vec<CompletionCandidate> {
    let found = state_dir().and_then(|state_dir| store::executions(&state_dir.absolute().ok()?, |_| {}).ok());
    let callbacks = found.unwrap_or_default().into_iter().flat_map(|execution| {
        let name = execution.name;
        execution.callbacks.into_iter().map(move |callback| (callback.token, format!("{} of {name}", callback.state)))
    });
    callbacks.map(|(token, help)| CompletionCandidate::new(token).help(Some(help.into()))).collect()
}

/// Where the command line that is being written looks for executions.
fn state_dir() -> Option<StateDir> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    StateDir::in_words(&words.collect::<Vec<OsString>>())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use clap_complete::Generator;

    use super::*;

    /// `SFN_BLESS=1 cargo test` writes the files anew.
    #[test]
    fn the_files_are_what_the_program_prints() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        for &shell in Shell::value_variants() {
            let file = folder.join(shell.file_name("sfn"));
            if std::env::var_os("SFN_BLESS").is_some() {
                std::fs::write(&file, script(shell)).unwrap();
            }
            let kept = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(kept.contains(VARIABLE), "{shell} has no script");
            assert!(kept == script(shell), "{} is not what `sfn completions {shell}` prints", file.display());
        }
    }
}
