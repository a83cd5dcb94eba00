//! `sfn completions`

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Args, HELP};
use super::exit::{Error, Exit};
use super::output;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(help_template = HELP, before_help = "\
Examples:
  sfn completions bash > ~/.local/share/bash-completion/completions/sfn
  sfn completions zsh > \"${fpath[1]}/_sfn\"")]
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

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "sfn", &mut script);
    String::from_utf8_lossy(&script).into_owned()
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
            assert!(kept == script(shell), "{} is not what `sfn completions {shell}` prints", file.display());
        }
    }
}
