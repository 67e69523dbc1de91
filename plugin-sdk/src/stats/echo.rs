//! The way back after a move is not another event.

/// A wild print or a fat finger is undone within a few bars.
const BARS: u32 = 3;

/// Tells a new move from the undoing of the last one that was reported: what comes back within three bars
/// counts only as far as it goes beyond where the last event began.
///
/// - Units: those of the level.
/// - Warm-up: three bars.
/// - Cost: O(1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Echo {
    origin: f64,
    direction: f64,
    bars_left: u32,
}

impl Echo {
    /// The part of a change to `level` that is new. Call it once for every bar.
    pub fn novel(&mut self, level: f64, change: f64) -> f64 {
        let back = self.bars_left > 0 && change * self.direction < 0.0;
        self.bars_left = self.bars_left.saturating_sub(1);
        if !back {
            return change;
        }
        let beyond = level - self.origin;
        if beyond * change <= 0.0 {
            0.0
        } else if beyond.abs() < change.abs() {
            beyond
        } else {
            change
        }
    }

    /// A change away from `origin` was reported.
    pub fn reported(&mut self, origin: f64, change: f64) {
        *self = Self { origin, direction: change, bars_left: BARS };
    }
}

#[cfg(test)]
mod tests {
    use super::Echo;

    /// An event that took the level from 10 to 15.
    fn after_a_rise() -> Echo {
        let mut echo = Echo::default();
        echo.reported(10.0, 5.0);
        echo
    }

    #[test]
    fn the_way_back_is_nothing_new() {
        assert_eq!(after_a_rise().novel(10.5, -4.5), 0.0);
        assert_eq!(after_a_rise().novel(8.0, -7.0), -2.0);
    }

    #[test]
    fn further_the_same_way_is_new() {
        assert_eq!(after_a_rise().novel(20.0, 5.0), 5.0);
    }

    #[test]
    fn a_later_fall_is_new() {
        let mut echo = after_a_rise();
        for level in [15.1, 15.0, 15.1] {
            echo.novel(level, 0.1);
        }
        assert_eq!(echo.novel(10.0, -5.1), -5.1);
    }
}
