//! Shows an execution while it happens, and remembers what its end will be explained with.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::map_runs::MapRuns;
use super::progress::Bars;
use super::{output, terminal};
use crate::check::Machine;
use crate::definition::Definition;
use crate::driver::Observer;
use crate::driver::map_run::Tally;
use crate::history::{Event, EventId, wire};
use crate::present::text::one_line;
use crate::present::transition::Transitions;
use crate::present::{Ink, Lanes, Style};

/// Watches one execution.
pub struct Watcher {
    style: Style,
    lanes: Lanes,
    machine: Option<Arc<Machine>>,
    transitions: Option<Transitions>,
    bars: Option<Bars>,
    map_runs: MapRuns,
    tells_events: bool,
    /// What lines begin with.
    label: Option<String>,
    beside_others: bool,
    line: String,
}

/// What is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Show {
    /// No transitions.
    pub quiet: bool,
    /// Every event on stdout, as JSON.
    pub events: bool,
    /// Others are shown beside it: every line says of which execution it is, and there are no bars.
    pub beside_others: bool,
}

impl Watcher {
    /// Nothing has happened yet.
    pub fn new(show: Show) -> Watcher {
        let stderr = io::stderr();
        let style = terminal::style(&stderr);
        let bars = (!show.quiet && !show.beside_others && stderr.is_terminal()).then(Bars::default);
        Watcher {
            style,
            lanes: Lanes::default(),
            machine: None,
            transitions: (!show.quiet).then(|| Transitions::new(style, bars.is_none())),
            bars,
            map_runs: MapRuns::default(),
            tells_events: show.events,
            label: None,
            beside_others: show.beside_others,
            line: String::new(),
        }
    }

    /// Where the execution stands.
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// The definition that is executed, once the execution has begun.
    pub fn definition(&self) -> Option<&Definition> {
        self.machine.as_deref().map(Machine::definition)
    }

    /// How stderr is written.
    pub fn style(&self) -> Style {
        self.style
    }

    /// Writes to stderr.
    pub fn say(&self, text: &str) {
        match (&self.bars, &self.label) {
            (Some(bars), _) => bars.say(text),
            (None, Some(label)) => terminal::say(&labelled(label, text)),
            (None, None) => terminal::say(text),
        }
    }

    /// Takes down what is shown only while an execution runs.
    pub fn finish(&mut self) {
        if let Some(bars) = &mut self.bars {
            bars.clear();
        }
    }

    /// The execution does not depend on who reads its events: that stdout takes no more is told once.
    fn tell_event(&mut self, event: &Event) {
        self.line.clear();
        wire::write_event(event, &mut self.line);
        self.line.push('\n');
        if let Err(error) = output::write(&self.line) {
            self.tells_events = false;
            self.warning(&error.to_string());
        }
    }

    fn show(&mut self, event: &Event) {
        let definition = self.machine.as_deref().map(Machine::definition);
        if let Some(transitions) = &mut self.transitions {
            self.line.clear();
            let written = transitions.write(event, &self.lanes, definition, &mut self.line);
            debug_assert!(written.is_ok(), "a String takes everything");
        }
        if !self.line.is_empty() {
            self.say(&self.line);
        }
        if let Some(bars) = &mut self.bars
            && let Some(progress) = self.lanes.progress(event, self.style)
        {
            bars.show(&progress);
        }
    }
}

fn labelled(label: &str, text: &str) -> String {
    let line = |line: &str| if line.trim().is_empty() { line.to_owned() } else { format!("{label} {line}") };
    text.split_inclusive('\n').map(line).collect()
}

impl Observer for Watcher {
    fn begin(&mut self, execution: &str, machine: &Arc<Machine>) {
        self.label = self.beside_others.then(|| self.style.paint(Ink::Dim, execution.to_owned() + " |").to_string());
        self.machine = Some(Arc::clone(machine));
        self.lanes = Lanes::default();
    }

    fn past(&mut self, event: &Event) {
        self.map_runs.see(event);
        self.lanes.enter(event);
        self.lanes.leave(event);
    }

    fn event(&mut self, event: &Event) {
        self.lanes.enter(event);
        self.map_runs.see(event);
        if self.transitions.is_some() {
            if let Some(summary) = self.map_runs.end(event, self.bars.as_mut()) {
                self.say(&summary);
            }
            self.show(event);
        }
        if self.tells_events && !event.kind.is_note() {
            self.tell_event(event);
        }
        self.lanes.leave(event);
    }

    fn map_run(&mut self, map_run: EventId, state: &str, tally: &Tally) {
        if self.transitions.is_some()
            && let Some(line) = self.map_runs.take(map_run, state, tally, self.bars.as_mut())
        {
            self.say(&line);
        }
    }

    fn task_stderr(&mut self, state: &str, line: &str) {
        let state = self.style.paint(Ink::Dim, one_line(state, 80) + " |");
        self.say(&format!("{state} {line}\n"));
    }

    fn warning(&mut self, message: &str) {
        let label = self.style.paint(Ink::Attention, "warning");
        self.say(&format!("{label}: {message}\n"));
    }
}
