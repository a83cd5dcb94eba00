//! The executions of a state directory, and what they wait for.

use std::fmt::{self, Write};

use super::text::{count, duration, one_line};
use super::{Ink, Style};
use crate::value::Timestamp;

/// How many callbacks of an execution are shown: a Map Run may wait for thousands.
pub(super) const SHOWN: usize = 100;

/// The widest column of names.
const WIDEST: usize = 60;

/// An execution.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Its name.
    pub name: String,
    /// Its state machine's name.
    pub machine: String,
    /// `RUNNING`, `SUSPENDED`, `SUCCEEDED`, …
    pub status: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// When time will have something happen, if ever.
    pub due: Option<Timestamp>,
    /// Its open callbacks.
    pub callbacks: Vec<Callback>,
}

/// A task that waits for somebody to send its token back.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The state's name.
    pub state: String,
    /// The task token.
    pub token: String,
    /// When it times out, if ever.
    pub deadline: Option<Timestamp>,
    /// The child execution whose task it is, where it is not the execution's own.
    pub child: Option<String>,
}

/// Writes the table.
pub fn write(executions: &[Execution], now: Timestamp, style: Style, out: &mut dyn Write) -> fmt::Result {
    let names = column("EXECUTION", executions, |execution| &execution.name);
    let machines = column("MACHINE", executions, |execution| &execution.machine);
    let header = format!("{:names$}  {:machines$}  {:11}  {:24}  TOOK", "EXECUTION", "MACHINE", "STATUS", "STARTED");
    writeln!(out, "{}", style.paint(Ink::Dim, header))?;
    for execution in executions {
        let (name, machine) = (one_line(&execution.name, WIDEST), one_line(&execution.machine, WIDEST));
        let status = style.paint(ink(&execution.status), format!("{:11}", execution.status));
        let took = execution.ended.map(|ended| duration(ended.seconds_since(execution.started))).unwrap_or_default();
        let started = execution.started.to_millis_text();
        let line = format!("{name:names$}  {machine:machines$}  {status}  {started:24}  {took}");
        writeln!(out, "{}", line.trim_end())?;
        for callback in execution.callbacks.iter().take(SHOWN) {
            write_callback(callback, now, style, out)?;
        }
        if let Some(rest) = rest(execution.callbacks.len()) {
            writeln!(out, "  {rest}")?;
        }
        if let (Some(due), "SUSPENDED", true) = (execution.due, &*execution.status, execution.callbacks.is_empty()) {
            let mark = style.paint(Ink::Attention, style.symbol("⏸", "="));
            writeln!(out, "  {mark} {}", until(Some(due), now))?;
        }
    }
    Ok(())
}

/// Says how many callbacks are not shown, if any.
pub(super) fn rest(callbacks: usize) -> Option<String> {
    let left = callbacks.checked_sub(SHOWN).filter(|left| *left > 0)?;
    Some(format!("… {} more: --format json shows all", count(left as u64, "callback")))
}

/// Writes a callback below its execution.
pub fn write_callback(callback: &Callback, now: Timestamp, style: Style, out: &mut dyn Write) -> fmt::Result {
    let mark = style.paint(Ink::Attention, style.symbol("⏸", "="));
    let state = one_line(&callback.state, WIDEST);
    let of = callback.child.as_ref().map(|child| format!(" of {}", one_line(child, WIDEST))).unwrap_or_default();
    let (until, token) = (until(callback.deadline, now), style.paint(Ink::Dim, &callback.token));
    writeln!(out, "  {mark} {state}{of}  {until}  {token}")
}

fn until(deadline: Option<Timestamp>, now: Timestamp) -> String {
    match deadline {
        None => "no deadline".to_owned(),
        Some(at) if at <= now => format!("until {} (has passed)", at.to_millis_text()),
        Some(at) => format!("until {} (in {})", at.to_millis_text(), duration(at.seconds_since(now))),
    }
}

fn ink(status: &str) -> Ink {
    match status {
        "SUCCEEDED" => Ink::Good,
        "FAILED" | "TIMED_OUT" | "ABORTED" => Ink::Bad,
        "RUNNING" => Ink::Active,
        _ => Ink::Attention,
    }
}

fn column(title: &str, executions: &[Execution], text: fn(&Execution) -> &String) -> usize {
    executions.iter().map(|execution| text(execution).chars().count().min(WIDEST)).max().unwrap_or(0).max(title.len())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{PLAIN, at};
    use super::*;

    #[test]
    fn open_callbacks_stand_below_their_execution() {
        let callback = Callback { state: "Approve".into(), token: "t".into(), deadline: Some(at(60_000)), child: None };
        let execution = |name: &str, status: &str, ended, callbacks| Execution {
            name: name.into(),
            machine: "order".into(),
            status: status.into(),
            started: at(0),
            ended,
            due: None,
            callbacks,
        };
        let waiting = Execution { due: Some(at(2_000)), ..execution("c", "SUSPENDED", None, vec![]) };
        let executions = [
            execution("a", "SUCCEEDED", Some(at(1_500)), vec![]),
            execution("b", "SUSPENDED", None, vec![callback]),
            waiting,
        ];
        let mut out = String::new();
        write(&executions, at(0), PLAIN, &mut out).unwrap();
        assert_eq!(
            out,
            "EXECUTION  MACHINE  STATUS       STARTED                   TOOK
a          order    SUCCEEDED    2026-03-01T10:00:00.000Z  1.5 s
b          order    SUSPENDED    2026-03-01T10:00:00.000Z
  ⏸ Approve  until 2026-03-01T10:01:00.000Z (in 1 min)  t
c          order    SUSPENDED    2026-03-01T10:00:00.000Z
  ⏸ until 2026-03-01T10:00:02.000Z (in 2 s)
"
        );
    }
}
