//! How the program ends: its exit codes, and the errors that end it before an execution does.

use std::fmt;

use crate::driver::Defect;

/// The exit codes. The README's table says the same; a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0
    Success,
    /// 1
    InvalidDefinition,
    /// 2
    Usage,
    /// 3
    Failed,
    /// 4
    TimedOut,
    /// 5
    Aborted,
    /// 8
    Suspended,
    /// 9
    Token,
    /// 70: `EX_SOFTWARE` of sysexits.h
    Bug,
    /// 130: 128 and SIGINT
    Interrupted,
    /// 143: 128 and SIGTERM
    Terminated,
}

impl Exit {
    /// All of them, by number.
    pub const ALL: [Exit; 11] = [
        Exit::Success,
        Exit::InvalidDefinition,
        Exit::Usage,
        Exit::Failed,
        Exit::TimedOut,
        Exit::Aborted,
        Exit::Suspended,
        Exit::Token,
        Exit::Bug,
        Exit::Interrupted,
        Exit::Terminated,
    ];

    /// What the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::InvalidDefinition => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::TimedOut => 4,
            Exit::Aborted => 5,
            Exit::Suspended => 8,
            Exit::Token => 9,
            Exit::Bug => 70,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        }
    }

    /// What it means, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Exit::Success => "the execution succeeded, the definition is valid, or the expression has a value",
            Exit::InvalidDefinition => {
                "the definition or the expression is invalid, neither JSON nor YAML, empty or not UTF-8"
            }
            Exit::Usage => "wrong usage, bad input JSON, unbound tasks, or something cannot be read or written",
            Exit::Failed => "the execution ended as FAILED, or the expression has no value",
            Exit::TimedOut => "the execution ended as TIMED_OUT",
            Exit::Aborted => "the execution ended as ABORTED",
            Exit::Suspended => {
                "the execution is suspended: it waits for a callback, or for time to pass (0 with --suspend-ok)"
            }
            Exit::Token => {
                "a task token or what came with it was refused: InvalidToken, TaskDoesNotExist, TaskTimedOut, InvalidOutput, ValidationException"
            }
            Exit::Bug => "a bug in sfn: please report it",
            Exit::Interrupted => "interrupted (SIGINT); the execution can be resumed",
            Exit::Terminated => "terminated (SIGTERM); the execution can be resumed",
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> std::process::ExitCode {
        exit.code().into()
    }
}

/// Why a command could not do its work: what stderr is told, and the exit code.
#[derive(Debug)]
pub struct Error {
    exit: Exit,
    message: String,
}

impl Error {
    /// An error of whoever called the program.
    pub fn usage(message: impl Into<String>) -> Error {
        Error::new(Exit::Usage, message)
    }

    /// An error with an exit code of its own.
    pub fn new(exit: Exit, message: impl Into<String>) -> Error {
        Error { exit, message: message.into() }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What goes wrong around an execution: files, the state directory; or in this program.
impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Error {
        if error.chain().any(|cause| cause.is::<Defect>()) {
            let version = env!("CARGO_PKG_VERSION");
            let message =
                format!("sfn {version} has met a bug of its own: {error:#}; please report it, with what you ran");
            return Error::new(Exit::Bug, message);
        }
        Error::usage(format!("{error:#}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_is_no_fault_of_the_callers() {
        let defect = || anyhow::Error::from(Defect("lost".to_owned()));
        for error in [defect(), defect().context("a Map Run"), defect().context("child 3").context("more")] {
            let error = Error::from(error);
            assert_eq!(error.exit(), Exit::Bug);
            assert!(error.to_string().contains("lost; please report it"), "{error}");
        }
        assert_eq!(Error::from(anyhow::anyhow!("no such file")).exit(), Exit::Usage);
    }

    #[test]
    fn codes_rise_and_none_is_used_twice() {
        assert!(Exit::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}
