//! Flags jumps of the price: one-bar moves far beyond what this symbol makes at this time of day.
//!
//! The test is that of Lee and Mykland (2008), a return over the local volatility before it, with the
//! time-of-day correction and robust estimates of Boudt, Croux and Laurent (2011): see
//! [`Volatility`]. The gap over a night or a weekend is not a move within the session, a halt counts as
//! the bars it lasted, and the way back from a wild print is not a second event.

use plugin_sdk::{
    prelude::*,
    stats::{BoundedMean, Echo, Volatility},
};

const SPIKE: &str = "PRICE_SPIKE";
const DROP: &str = "PRICE_DROP";

/// Bars behind the ratio of closes' moves to ranges, which depends on how finely the symbol trades.
const YARDSTICK: u32 = 250;

settings! {
    /// Settings of price-movement.
    pub struct PriceMovementSettings {
        /// Robust standard deviations from which a move is a jump. Scaled one-minute returns have the tail of
        /// Student's t with about five degrees of freedom (Bollerslev 1987): 6.25 is exceeded by one bar in
        /// 1,400, some once in four sessions of an index.
        pub threshold: f64 [1.0, 1000.0] = 6.25,
    }
}

/// State of one symbol.
pub struct PriceMovement {
    threshold: f64,
    volatility: Volatility,
    /// Absolute changes of the close in units of the expected range.
    usual: BoundedMean,
    echo: Echo,
}

impl MarketDetector for PriceMovement {
    const NAME: &'static str = "price-movement";
    const READS: &'static [Column] = &[Column::Close];
    const ALSO_READS: &'static [Column] = &[Column::High, Column::Low];
    const EMITS: &'static [&'static str] = &[SPIKE, DROP];
    type Settings = PriceMovementSettings;

    fn warm_up(_: &PriceMovementSettings) -> WarmUp {
        Volatility::warm_up(BoundedMean::warm_up(YARDSTICK))
    }

    fn new(settings: &PriceMovementSettings) -> Self {
        Self {
            threshold: settings.threshold,
            volatility: Volatility::new(),
            usual: BoundedMean::over(YARDSTICK),
            echo: Echo::default(),
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        let step = self.volatility.push(bar);
        let sigma = step.unit * self.usual.settled_sigma();
        let robust_z = self.echo.novel(bar.close, step.change) / sigma;
        self.usual.push(step.change.abs() / step.unit);
        if !(robust_z.abs() >= self.threshold) {
            return None;
        }
        self.echo.reported(step.before, step.change);

        let (kind, direction) = if robust_z > 0.0 { (SPIKE, "up") } else { (DROP, "down") };
        let (percent, usual) = (100.0 * step.change / step.before, 100.0 * sigma / step.before);
        Some(
            Finding::new(kind, Score::from_excess(robust_z.abs(), self.threshold))
                .observed(percent)
                .expected(usual.copysign(percent))
                .message(format!(
                    "Price {direction} {:.2} % in one bar, {:.1} times the usual {usual:.2} %",
                    percent.abs(),
                    robust_z.abs()
                ))
                .evidence("change_percent", percent)
                .evidence("usual_percent", usual)
                .evidence("robust_z", robust_z)
                .evidence("bars_since_last", step.intervals),
        )
    }
}

plugin_sdk::export!(market PriceMovement);

#[cfg(test)]
mod tests;
