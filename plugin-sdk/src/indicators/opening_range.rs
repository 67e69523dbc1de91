use super::Channel;

/// High and low of a session's first minutes.
///
/// Warm-up: the first `minutes` of each session; a session joined after its open has no range. NaN:
/// skipped. Source: Toby Crabel, *Day Trading with Short Term Price Patterns and Opening Range Breakout*, 1990.
#[derive(Clone, Debug)]
pub struct OpeningRange {
    minutes: u32,
    session: Option<u32>,
    range: Option<Channel>,
}

impl OpeningRange {
    /// The range of the first `minutes`; 15 is usual.
    pub const fn new(minutes: u32) -> Self {
        Self { minutes, session: None, range: None }
    }

    /// Takes the next bar of the given session, `minute` minutes after its open, and returns the range once
    /// it is complete.
    pub fn push(&mut self, session: u32, minute: u32, high: f64, low: f64) -> Option<Channel> {
        if self.session != Some(session) {
            self.session = Some(session);
            self.range = None;
        }
        if minute >= self.minutes {
            return self.range;
        }
        if !(high + low).is_nan() {
            let so_far = self.range.unwrap_or(Channel { upper: high, lower: low });
            self.range = Some(Channel { upper: so_far.upper.max(high), lower: so_far.lower.min(low) });
        }
        None
    }
}
