//! What happens when the program itself is wrong: a message that asks for a report, and an exit code of its own.

use std::panic::{self, PanicHookInfo, UnwindSafe};

use super::exit::Exit;
use super::terminal;

/// Calls `work`; when it panics, says so.
pub fn guard(work: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    panic::set_hook(Box::new(|info| terminal::say(&message(info))));
    caught(work)
}

fn caught(work: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    panic::catch_unwind(work).unwrap_or(Exit::Bug)
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let what = text.unwrap_or("no message");
    format!(
        "\nsfn {} has met a bug of its own: {what}{place}\n\
         Please report it, with this message and what you ran. Executions in the state directory can be resumed.\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_has_an_exit_code() {
        assert_eq!(caught(|| panic!("on purpose")), Exit::Bug);
        assert_eq!(caught(|| Exit::Success), Exit::Success);
    }
}
