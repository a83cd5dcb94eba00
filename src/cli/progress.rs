//! Bars for Maps of many items, on a terminal.

use hashbrown::HashMap;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal;
use crate::history::{EventId, LaneId};
use crate::present::lanes::Progress;

/// The bars that are shown, below everything else on the screen.
#[derive(Default)]
pub struct Bars {
    screen: Option<MultiProgress>,
    bars: HashMap<LaneId, ProgressBar>,
    map_runs: HashMap<EventId, ProgressBar>,
}

impl Bars {
    /// Shows how far a Map is.
    pub fn show(&mut self, progress: &Progress) {
        if progress.ended {
            if let Some(bar) = self.bars.remove(&progress.map) {
                bar.finish_and_clear();
            }
            return;
        }
        let screen = self.screen.get_or_insert_with(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        let bar = self.bars.entry(progress.map).or_insert_with(|| screen.add(bar(progress)));
        bar.set_length(progress.items.length);
        bar.set_position(progress.items.done);
        if progress.items.failed > 0 {
            bar.set_message(format!("{} failed", progress.items.failed));
        }
    }

    /// Shows how far a Map Run is; without its number of items there is no bar, only what is said of it.
    pub fn show_map_run(&mut self, map_run: EventId, state: &str, done: u64, total: Option<u64>, rest: &str) {
        let screen = self.screen.get_or_insert_with(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        let bar = self.map_runs.entry(map_run).or_insert_with(|| {
            let bar = ProgressBar::no_length().with_prefix(state.to_owned());
            let style = ProgressStyle::with_template("  {prefix} {wide_bar:.cyan} {pos}{msg}");
            screen.add(style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style)))
        });
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(done);
        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
        bar.set_message(format!("{of}, {rest}"));
    }

    /// Takes the bar of a Map Run away.
    pub fn end_map_run(&mut self, map_run: EventId) {
        if let Some(bar) = self.map_runs.remove(&map_run) {
            bar.finish_and_clear();
        }
    }

    /// Writes to stderr, above the bars.
    pub fn say(&self, text: &str) {
        match &self.screen {
            Some(screen) if !(self.bars.is_empty() && self.map_runs.is_empty()) => {
                screen.suspend(|| terminal::say(text))
            }
            _ => terminal::say(text),
        }
    }

    /// Takes all bars away.
    pub fn clear(&mut self) {
        let map_runs = self.map_runs.drain().map(|(_, bar)| bar);
        for bar in self.bars.drain().map(|(_, bar)| bar).chain(map_runs) {
            bar.finish_and_clear();
        }
    }
}

fn bar(progress: &Progress) -> ProgressBar {
    let style = ProgressStyle::with_template("  {prefix} {wide_bar:.cyan} {pos} of {len}  {elapsed}  {msg}");
    let bar = ProgressBar::new(progress.items.length).with_prefix(progress.name.clone());
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
