//! Bars for Maps of many items, on a terminal.

use hashbrown::HashMap;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal;
use crate::history::LaneId;
use crate::present::lanes::Progress;

/// The bars that are shown, below everything else on the screen.
#[derive(Default)]
pub struct Bars {
    screen: Option<MultiProgress>,
    bars: HashMap<LaneId, ProgressBar>,
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

    /// Writes to stderr, above the bars.
    pub fn say(&self, text: &str) {
        match &self.screen {
            Some(screen) if !self.bars.is_empty() => screen.suspend(|| terminal::say(text)),
            _ => terminal::say(text),
        }
    }

    /// Takes all bars away.
    pub fn clear(&mut self) {
        for (_, bar) in self.bars.drain() {
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
