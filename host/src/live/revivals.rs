//! Components that were left out get another try after a while.

use std::{collections::BTreeMap, time::Duration};

use crate::pipeline::Pipeline;

/// Longest pause before another try, microseconds: an hour.
const LONGEST: i64 = 3_600_000_000;

/// When each component of one worker that was left out gets another try.
#[derive(Debug, Default)]
pub(super) struct Revivals(BTreeMap<String, Absence>);

/// A component that was left out at least once.
#[derive(Debug)]
struct Absence {
    /// How long it is left out, microseconds; twice as long each time it does not last as long as that.
    pause: i64,
    /// When it gets, or got, another try.
    due: i64,
    /// Whether it has got it.
    is_over: bool,
}

impl Revivals {
    /// Lets those components run again whose pause, of which `first` is the first, is over at `now` (microseconds since
    /// 1970 UTC). They begin with instances that know what they missed.
    pub(super) fn look(&mut self, pipeline: &mut Pipeline, now: i64, first: Duration) {
        let first = i64::try_from(first.as_micros()).unwrap_or(LONGEST);
        for name in pipeline.left_out() {
            let absence = self.0.entry(name.clone()).or_insert_with(|| Absence::new(first, now));
            if absence.is_over {
                *absence = absence.next(first, now);
            }
            if absence.due <= now {
                tracing::warn!(
                    "{name} was left out for {} s and gets another try",
                    absence.pause / 1_000_000
                );
                absence.is_over = true;
                pipeline.revive(&name);
            }
        }
    }
}

impl Absence {
    const fn new(pause: i64, now: i64) -> Self {
        Self { pause, due: now.saturating_add(pause), is_over: false }
    }

    /// The one after this: it was left out again.
    fn next(&self, first: i64, now: i64) -> Self {
        let lasted = now.saturating_sub(self.due);
        Self::new(if lasted < self.pause { (self.pause * 2).min(LONGEST) } else { first }, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn pauses_double_while_tries_fail_and_are_bounded() {
        let mut absence = Absence::new(60 * SECOND, 0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.push(absence.pause / SECOND);
            absence = absence.next(60 * SECOND, absence.due + SECOND);
        }
        assert_eq!(pauses, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    }

    #[test]
    fn who_lasted_begins_anew() {
        let twice = Absence::new(120 * SECOND, 0);
        let next = twice.next(60 * SECOND, twice.due + 120 * SECOND);
        assert_eq!((next.pause, next.due), (60 * SECOND, 300 * SECOND));
    }
}
