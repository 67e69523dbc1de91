//! When rows are due.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::pipeline::Batch;

/// Rows are due as long after the first as they were known after it, divided by the speed.
pub(super) struct Pace {
    speed: f64,
    began: Option<(Instant, i64)>,
}

impl Pace {
    pub(super) const fn begin(speed: f64) -> Self {
        Self { speed, began: None }
    }

    /// Waits until the rows of a moment are due.
    pub(super) async fn wait(&mut self, moment: &Batch<'_>) {
        if let Some(due) = self.due(moment) {
            sleep_until(due).await;
        }
    }

    /// Whether they are due already.
    pub(super) fn is_due(&mut self, moment: &Batch<'_>) -> bool {
        self.due(moment).is_none_or(|due| due <= Instant::now())
    }

    fn due(&mut self, moment: &Batch<'_>) -> Option<Instant> {
        let at = known_at(moment)?;
        if self.speed <= 0.0 {
            return None;
        }
        let (began, first) = *self.began.get_or_insert_with(|| (Instant::now(), at));
        let microseconds = (at - first).max(0) as f64 / self.speed;
        Some(began + Duration::from_micros(microseconds as u64))
    }
}

/// When the rows of a moment were known.
fn known_at(moment: &Batch<'_>) -> Option<i64> {
    let bar = moment.bars.first().map(|row| row.known_at);
    let signal = moment.signals.first().map(|row| row.at);
    let fill = moment.fills.first().map(|row| row.at);
    [bar, signal, fill].into_iter().flatten().min()
}
