//! Progress bars: on a terminal only, and only for what takes over a second.

use std::{
    io::{IsTerminal as _, stderr},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What finishes sooner shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress of one step.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
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
        Self { bar, began: Instant::now() }
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

    fn show(&self) {
        if self.bar.is_hidden() && self.began.elapsed() > PATIENCE && stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
