//! Progress of what takes long: a bar on a terminal after a second, a line now and then elsewhere.

use std::{
    io::{IsTerminal as _, stderr},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What finishes sooner shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two lines, seconds.
const LINE: u64 = 30;

/// Progress of one step.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
    is_terminal: bool,
    /// Lines that were due.
    lines: AtomicU64,
}

impl Progress {
    /// Counts up to a known total.
    pub(super) fn of(what: &'static str, total: u64) -> Self {
        Self::new(
            ProgressBar::new(total),
            "{prefix:>10} [{bar:40}] {human_pos}/{human_len} {msg} {eta}",
            what,
        )
    }

    /// Counts rows of which nobody knows how many there are.
    pub(super) fn rows(what: &'static str) -> Self {
        Self::new(ProgressBar::no_length(), "{prefix:>10} {human_pos} rows {msg}", what)
    }

    fn new(bar: ProgressBar, template: &str, what: &'static str) -> Self {
        bar.set_draw_target(ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { bar, began: Instant::now(), is_terminal: stderr().is_terminal(), lines: AtomicU64::new(0) }
    }

    /// So many more are done.
    pub(super) fn add(&self, done: u64) {
        self.bar.inc(done);
        self.show();
    }

    /// So many of so many are done.
    pub(super) fn set(&self, done: u64, all: u64) {
        self.bar.set_length(all);
        self.bar.set_position(done);
        self.show();
    }

    /// At a place in a file.
    pub(super) fn at(&self, file: &str, rows: u64) {
        self.bar.set_message(file.to_owned());
        self.bar.set_position(rows);
        self.show();
    }

    /// Says something beside the bar.
    pub(super) fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }

    fn show(&self) {
        let elapsed = self.began.elapsed();
        let due = elapsed.as_secs() / LINE;
        if self.is_terminal && self.bar.is_hidden() && elapsed > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        } else if !self.is_terminal && self.lines.fetch_max(due, Ordering::Relaxed) < due {
            eprintln!("{}", self.line());
        }
    }

    fn line(&self) -> String {
        let all = self.bar.length().map_or_else(String::new, |all| format!(" of {}", HumanCount(all)));
        let line =
            format!("{}: {}{all} {}", self.bar.prefix(), HumanCount(self.bar.position()), self.bar.message());
        line.trim_end().to_owned()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_of_what_is_done() {
        let known = Progress::of("replaying", 171_318);
        known.set(12_000, 171_318);
        assert_eq!(known.line(), "replaying: 12,000 of 171,318");
        let unknown = Progress::rows("reading");
        unknown.at("bars.csv", 5);
        assert_eq!(unknown.line(), "reading: 5 bars.csv");
    }
}
