//! Flags exposure or losses beyond limits relative to equity.
//!
//! Limits are the desk's and not the trader's habit, so this needs no history beyond the day. Silent where
//! equity is not known; losses are not judged where realised results are not known.

use plugin_sdk::prelude::*;

settings! {
    /// Settings of risk-breach, as fractions of the account's value.
    pub struct RiskBreachSettings {
        /// Largest exposure: absolute positions, summed over instruments.
        pub exposure: f64 [0.0, 1000.0] = 0.8,
        /// Largest loss of one trade, closed in one order or several.
        pub loss: f64 [0.0, 1.0] = 0.025,
        /// Largest loss of a day.
        pub day_loss: f64 [0.0, 1.0] = 0.05,
    }
}

/// A breached limit is a fact; what stays open is whether it was agreed beforehand.
const AT_THE_LIMIT: f64 = 0.9;
const AT_TWICE_THE_LIMIT: f64 = 0.99;

/// State of one trader.
pub struct RiskBreach {
    limits: RiskBreachSettings,
    day: Option<u32>,
    /// Realised today, and by today's closing orders since the last opening: they are one trade.
    today: f64,
    trade: f64,
}

/// Something measured against its limit, both as fractions of equity.
struct Measure {
    what: &'static str,
    share: f64,
    limit: f64,
}

impl RiskBreach {
    /// Results of the order's day, and of the trade that it closes.
    fn so_far(&self, order: &Order) -> (f64, f64) {
        if self.day == Some(order.day) { (self.today, self.trade) } else { (0.0, 0.0) }
    }

    fn measures(&self, order: &Order) -> [Option<Measure>; 3] {
        let Order { exposure, equity, .. } = *order;
        let result = order.result().unwrap_or(0.0);
        let (today, trade) = self.so_far(order);
        let lost = |before: f64, result: f64| {
            let start = equity - before;
            if start > 0.0 { -(before + result) / start } else { 0.0 }
        };
        let known = lost(today, 0.0) >= self.limits.day_loss;
        let measure = |what, share, limit| Measure { what, share, limit };
        [
            order.opens().then(|| measure("exposure", exposure / equity, self.limits.exposure)),
            (result < 0.0).then(|| measure("one loss", lost(trade, result), self.limits.loss)),
            (!known).then(|| measure("the day's loss", lost(today, result), self.limits.day_loss)),
        ]
    }
}

impl BehaviorDetector for RiskBreach {
    const NAME: &'static str = "risk-breach";
    const READS: &'static [FillColumn] = &[FillColumn::Equity];
    const ALSO_READS: &'static [FillColumn] = &[FillColumn::RealizedPnl];
    const EMITS: &'static [&'static str] = &["RISK_BREACH"];
    type Settings = RiskBreachSettings;

    fn warm_up(_: &RiskBreachSettings) -> WarmUp {
        WarmUp::sessions(1)
    }

    fn new(settings: &RiskBreachSettings) -> Self {
        Self { limits: settings.clone(), day: None, today: 0.0, trade: 0.0 }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        if !(order.equity > 0.0) {
            return None;
        }
        let breaches =
            self.measures(order).into_iter().flatten().filter(|measure| measure.share > measure.limit);
        let worst = breaches.max_by(|a, b| (a.share / a.limit).total_cmp(&(b.share / b.limit)))?;
        let Measure { what, share, limit } = worst;
        let beyond = (share / limit - 1.0).min(1.0);
        Some(
            Finding::new(
                "RISK_BREACH",
                Score::new(AT_THE_LIMIT + (AT_TWICE_THE_LIMIT - AT_THE_LIMIT) * beyond),
            )
            .observed(share)
            .expected(limit)
            .message(format!("{:.1} % of equity in {what}, limit {:.1} %", 100.0 * share, 100.0 * limit))
            .evidence("share_of_equity", share)
            .evidence("limit", limit),
        )
    }

    fn learn(&mut self, order: &Order) {
        let (today, trade) = self.so_far(order);
        let result = order.result().unwrap_or(0.0);
        self.day = Some(order.day);
        self.today = today + result;
        self.trade = if order.opens() { 0.0 } else { trade + result };
    }
}

plugin_sdk::export!(behavior RiskBreach);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn messages(story: &Story) -> Vec<String> {
        story.findings::<RiskBreach>().into_iter().map(|found| found.finding.message).collect()
    }

    #[test]
    fn each_limit_is_watched() {
        assert_eq!(
            messages(Story::default().trade(0, 90_000.0, 5.0, 1.0)),
            ["90.0 % of equity in exposure, limit 80.0 %"]
        );
        assert_eq!(
            messages(Story::default().trade(0, 100.0, 5.0, -3000.0)),
            ["3.0 % of equity in one loss, limit 2.5 %"]
        );
        let mut calm_after = Story::default();
        calm_after.trade(0, 100.0, 5.0, -3000.0).trade(0, 100.0, 5.0, 10.0);
        assert_eq!(calm_after.found::<RiskBreach>(), [1], "a loss is told once");
        let mut in_two = Story::default();
        in_two.fill(0, Side::Buy, 100.0, 100.0, 0.0).wait(5.0).fill(0, Side::Sell, 50.0, 50.0, -1500.0);
        in_two.wait(1.0).fill(0, Side::Sell, 50.0, 0.0, -1500.0);
        assert_eq!(in_two.found::<RiskBreach>(), [2], "the second half makes the loss too large");
        let mut day = Story::default();
        for _ in 0..4 {
            day.trade(0, 100.0, 5.0, -2000.0);
        }
        assert_eq!(messages(&day).len(), 1, "the day's limit is crossed once");
    }

    #[test]
    fn losses_of_two_days_and_closing_a_large_position_breach_nothing() {
        let mut story = Story::default();
        story
            .trade(0, 100.0, 5.0, -2000.0)
            .trade(0, 100.0, 5.0, -2000.0)
            .next_day()
            .trade(0, 100.0, 5.0, -2000.0);
        story.fill(0, Side::Sell, 95_000.0, 0.0, 10.0);
        assert_eq!(story.found::<RiskBreach>(), NOWHERE);
    }

    #[test]
    fn silent_without_equity_and_on_losses_without_results() {
        let mut story = Story::default();
        story.trade(0, 90_000.0, 5.0, -9000.0);
        assert_eq!(story.without_results().found::<RiskBreach>().len(), 1);
        assert_eq!(story.without_equity().found::<RiskBreach>(), NOWHERE);
    }
}
