//! Flags changes of open interest, up or down, far larger than this symbol usually sees in one bar.
//!
//! Judged is the relative change since the last known value, in units of a robust standard deviation of
//! such changes. Values that were not updated say nothing; what changes while the market is closed is not the
//! work of one bar; a wrong print that is put right within three bars is one event.

use plugin_sdk::{
    prelude::*,
    stats::{BoundedMean, Echo, Spacing},
};

const ANOMALY: &str = "OI_ANOMALY";

/// Changes behind the yardstick.
const YARDSTICK: u32 = 250;

settings! {
    /// Settings of oi-anomaly.
    pub struct OiAnomalySettings {
        /// Robust standard deviations from which a change stands out. Positions change hands in blocks, so the
        /// tail is fatter than that of returns: with Student's t of four degrees of freedom 9.5 is exceeded
        /// by one bar in 3,500.
        pub threshold: f64 [1.0, 1000.0] = 9.5,
    }
}

/// State of one symbol.
pub struct OiAnomaly {
    threshold: f64,
    spacing: Spacing,
    /// The last value.
    before: f64,
    /// Relative changes, without sign, for one bar interval.
    usual: BoundedMean,
    echo: Echo,
}

impl MarketDetector for OiAnomaly {
    const NAME: &'static str = "oi-anomaly";
    const READS: &'static [Column] = &[Column::OpenInterest];
    const EMITS: &'static [&'static str] = &[ANOMALY];
    type Settings = OiAnomalySettings;

    fn warm_up(_: &OiAnomalySettings) -> WarmUp {
        WarmUp::rows(BoundedMean::warm_up(YARDSTICK))
    }

    fn new(settings: &OiAnomalySettings) -> Self {
        Self {
            threshold: settings.threshold,
            spacing: Spacing::default(),
            before: f64::NAN,
            usual: BoundedMean::over(YARDSTICK),
            echo: Echo::default(),
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        if !(bar.open_interest > 0.0) {
            return None;
        }
        let before = std::mem::replace(&mut self.before, bar.open_interest);
        let unit = bar.open_interest.midpoint(before) * self.spacing.push(bar.at)?.sqrt();
        let change = bar.open_interest - before;
        let sigma = unit * self.usual.settled_sigma();
        let robust_z = self.echo.novel(bar.open_interest, change) / sigma;
        self.usual.push(change.abs() / unit);
        if !(robust_z.abs() >= self.threshold) {
            return None;
        }
        self.echo.reported(before, change);

        let (percent, usual) = (100.0 * change / before, 100.0 * sigma / before);
        Some(
            Finding::new(ANOMALY, Score::from_excess(robust_z.abs(), self.threshold))
                .observed(percent)
                .expected(usual.copysign(percent))
                .message(format!(
                    "Open interest {percent:+.2} % in one bar, {:.1} times the usual {usual:.2} %",
                    robust_z.abs()
                ))
                .evidence("change_percent", percent)
                .evidence("usual_percent", usual)
                .evidence("robust_z", robust_z),
        )
    }
}

plugin_sdk::export!(market OiAnomaly);

#[cfg(test)]
mod tests;
