//! Flags a hasty, oversized return right after a loss large for the trader.
//!
//! Three chances under the trader's own habits are combined by Fisher's method: of so large a loss, of so
//! short a wait and of so large a position. Returns that follow each other after one loss add up.
//! Silent before 10 losses, 20 openings and 5 days with some.

use plugin_sdk::{
    prelude::*,
    trader::{Excess, Habits, MINUTE, WARM_UP, combined, posterior},
};

settings! {
    /// Settings of revenge-trading.
    pub struct RevengeTradingSettings {
        /// A loss is large if at most this share of the trader's losses is: the worst fifth.
        pub worst: f64 [0.001, 1.0] = 0.2,
        /// Minutes within which one comes back in anger.
        pub within: f64 [0.1, 1440.0] = 15.0,
        /// Share of waits at most as short: sooner than usual.
        pub sooner: f64 [0.001, 1.0] = 0.5,
        /// Times the usual size at least: clearly larger, beyond what lots and rounding do.
        pub times: f64 [1.0, 100.0] = 1.3,
        /// Share of large losses that are truly avenged, against which chance is weighed.
        pub rate: f64 [1e-9, 0.5] = 3e-3,
    }
}

/// Anger lasts an hour at most, and this many returns tell what there is to tell.
const ANGER: i64 = 60 * MINUTE;
const RETURNS: usize = 3;

/// State of one trader.
pub struct RevengeTrading {
    settings: RevengeTradingSettings,
    habits: Habits,
    grudge: Option<Grudge>,
}

/// A large loss and the returns since.
struct Grudge {
    at: i64,
    loss: f64,
    returns: Vec<Return>,
}

/// A return to the market, sooner and larger than usual.
#[derive(Clone, Copy)]
struct Return {
    minutes: f64,
    wait: f64,
    size: Excess,
}

impl Grudge {
    fn chance(&self, next: Return) -> f64 {
        let returns = self.returns.iter().copied().chain([next]);
        combined(returns.flat_map(|back| [back.wait, back.size.chance()]).chain([self.loss]))
    }
}

impl RevengeTrading {
    fn back(&self, order: &Order) -> Option<Return> {
        let minutes = self
            .habits
            .waits
            .minutes(order)
            .filter(|minutes| order.opens() && *minutes <= self.settings.within)?;
        let size = self.habits.stakes.judge(order).filter(|size| size.times >= self.settings.times)?;
        let wait = self.habits.waits.chance(order);
        (wait <= self.settings.sooner).then_some(Return { minutes, wait, size })
    }

    /// Keeps the grudge while returns go on, and drops it with the first calm order.
    fn follow(&mut self, order: &Order) {
        let grudge = self.grudge.take().filter(|grudge| order.at - grudge.at <= ANGER);
        self.grudge = grudge.zip(self.back(order)).map(|(mut grudge, back)| {
            grudge.returns.push(back);
            grudge.returns.truncate(RETURNS);
            grudge
        });
    }

    /// Starts a grudge over a large loss, unless one over a larger loss is being acted on.
    fn take_offence(&mut self, order: &Order) {
        let Some(loss) = self.habits.results.last_loss().filter(|loss| loss.chance <= self.settings.worst)
        else {
            return;
        };
        let worse = |grudge: &Grudge| !grudge.returns.is_empty() && grudge.loss < loss.chance;
        if !self.grudge.as_ref().is_some_and(worse) {
            self.grudge = Some(Grudge { at: order.last_at, loss: loss.chance, returns: Vec::new() });
        }
    }
}

impl BehaviorDetector for RevengeTrading {
    const NAME: &'static str = "revenge-trading";
    const READS: &'static [FillColumn] = &[FillColumn::RealizedPnl];
    const EMITS: &'static [&'static str] = &["REVENGE_TRADING"];
    type Settings = RevengeTradingSettings;

    fn warm_up(_: &RevengeTradingSettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &RevengeTradingSettings) -> Self {
        Self { settings: settings.clone(), habits: Habits::default(), grudge: None }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let grudge = self.grudge.as_ref().filter(|grudge| order.at - grudge.at <= ANGER)?;
        let back = self.back(order)?;
        let score = posterior(grudge.chance(back), self.settings.rate)?;
        Some(
            Finding::new("REVENGE_TRADING", score)
                .observed(order.stake())
                .expected(order.stake() / back.size.times)
                .message(format!(
                    "Back in after {:.1} minutes with {:.1} times the usual size, {:.0} minutes after a large loss",
                    back.minutes,
                    back.size.times,
                    (order.at - grudge.at) as f64 / MINUTE as f64
                ))
                .evidence("chance_of_loss", grudge.loss)
                .evidence("chance_of_wait", back.wait)
                .evidence("chance_of_size", back.size.chance())
                .evidence("times_usual_size", back.size.times),
        )
    }

    fn learn(&mut self, order: &Order) {
        if order.opens() && self.grudge.is_some() {
            self.follow(order);
        }
        self.habits.learn(order);
        if order.result().is_some_and(|result| result < 0.0) {
            self.take_offence(order);
        }
    }
}

plugin_sdk::export!(behavior RevengeTrading);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn after_a_loss_of(result: f64) -> Story {
        let mut story = Story::default();
        story.usual_days(12).usual_trades(3).wait(20.0).trade(0, 1000.0, 10.0, result);
        story
    }

    #[test]
    fn straight_back_in_with_more_after_a_large_loss() {
        let mut story = after_a_loss_of(-60.0);
        let back = story.len();
        story.wait(1.0).trade(0, 2500.0, 10.0, 5.0);
        assert_eq!(story.found::<RevengeTrading>(), [back]);
    }

    #[test]
    fn returns_after_one_loss_add_up() {
        let mut story = after_a_loss_of(-60.0);
        let first = story.len();
        story.wait(2.0).trade(0, 1400.0, 3.0, 5.0).wait(2.0).trade(0, 1700.0, 3.0, 5.0);
        story.wait(2.0).trade(0, 2000.0, 3.0, 5.0);
        assert!(story.found::<RevengeTrading>().contains(&(first + 4)));
    }

    #[test]
    fn calm_reactions_are_no_revenge() {
        let mut rested = after_a_loss_of(-60.0);
        rested.wait(30.0).trade(0, 2500.0, 10.0, 5.0);
        let mut usual_size = after_a_loss_of(-60.0);
        usual_size.wait(1.0).trade(0, 1000.0, 10.0, 5.0);
        let mut usual_loss = after_a_loss_of(-9.0);
        usual_loss.wait(1.0).trade(0, 2500.0, 10.0, 5.0);
        for story in [rested, usual_size, usual_loss] {
            assert_eq!(story.found::<RevengeTrading>(), NOWHERE);
        }
    }

    #[test]
    fn silent_where_results_are_not_known() {
        let mut story = after_a_loss_of(-60.0);
        story.wait(1.0).trade(0, 2500.0, 10.0, 5.0);
        assert_eq!(story.without_results().found::<RevengeTrading>(), NOWHERE);
    }
}
