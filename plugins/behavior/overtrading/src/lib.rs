//! Flags far more orders in a day than on the trader's normal days.
//!
//! The count of the day so far is judged against whole days before. Orders beyond the pace that the trader
//! keeps in busy minutes don't count: a burst is a matter of its own. Found when the limit is crossed and for an
//! hour after, then again whenever the count has grown by half. Silent before five days.

use plugin_sdk::{
    prelude::*,
    trader::{Daily, MINUTE, Pace, WARM_UP, posterior},
};

settings! {
    /// Settings of overtrading.
    pub struct OvertradingSettings {
        /// How many times a normal day is "far more".
        pub times: f64 [1.0, 100.0] = 2.0,
        /// Share of days that are truly overtraded, against which chance is weighed.
        pub rate: f64 [1e-9, 0.5] = 1e-3,
    }
}

/// Minutes over which a burst is seen.
const WINDOW: u32 = 10;
/// Orders in a window beyond this, and beyond 1.5 times a usual day's busiest one, are a burst.
const CALM: f64 = 4.0;
/// Growth of the count that is news, and how long it stays news.
const GROWTH: f64 = 1.5;
const NEWS: i64 = 60 * MINUTE;
/// Smallest deviation taken seriously, on the square-root scale: orders come in pairs, so a day's count varies
/// by the square root of two more than a Poisson count.
const SPREAD: f64 = 0.7;

/// State of one trader.
pub struct Overtrading {
    settings: OvertradingSettings,
    days: Daily,
    pace: Pace,
    today: Option<Today>,
}

#[derive(Clone, Copy)]
struct Today {
    day: u32,
    orders: u32,
    /// When the count was last news, and what it was.
    told: Option<(i64, u32)>,
}

impl Overtrading {
    /// The day with the order in it.
    fn with(&self, order: &Order) -> Today {
        let so_far = self.today.filter(|today| today.day == order.day);
        let today = so_far.unwrap_or(Today { day: order.day, orders: 0, told: None });
        let burst = self.pace.burst(order);
        let limit = self.pace.usual_peak(order.day).map_or(f64::INFINITY, |usual| (GROWTH * usual).max(CALM));
        let counts = burst.decision && f64::from(burst.orders) <= limit;
        Today { orders: today.orders + u32::from(counts), ..today }
    }
}

impl BehaviorDetector for Overtrading {
    const NAME: &'static str = "overtrading";
    const READS: &'static [FillColumn] = &[];
    const EMITS: &'static [&'static str] = &["OVERTRADING"];
    type Settings = OvertradingSettings;

    fn warm_up(_: &OvertradingSettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &OvertradingSettings) -> Self {
        Self { settings: settings.clone(), days: Daily::default(), pace: Pace::over(WINDOW), today: None }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let orders = self.with(order).orders;
        let excess = self.days.judge(orders, order.day, SPREAD)?;
        let score =
            posterior(excess.chance(), self.settings.rate).filter(|_| excess.times >= self.settings.times)?;
        let today = self.today.as_mut().filter(|today| today.day == order.day)?;
        let news = today.told.filter(|told| f64::from(orders) < GROWTH * f64::from(told.1));
        let (since, _) = *today.told.insert(news.unwrap_or((order.at, orders)));
        (order.at <= since + NEWS).then(|| {
            let usual = f64::from(orders) / excess.times;
            Finding::new("OVERTRADING", score)
                .observed(f64::from(orders))
                .expected(usual)
                .message(format!("{orders} orders today, where a normal day has {usual:.0}"))
                .evidence("orders", f64::from(orders))
                .evidence("times_normal_day", excess.times)
        })
    }

    fn learn(&mut self, order: &Order) {
        let today = self.with(order);
        if let Some(past) = self.today.filter(|past| past.day != order.day) {
            self.days.learn(past.day, past.orders);
        }
        self.today = Some(today);
        self.pace.learn(order);
    }
}

plugin_sdk::export!(behavior Overtrading);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn usual() -> Story {
        let mut story = Story::default();
        story.usual_days(8);
        story
    }

    #[test]
    fn a_day_of_five_times_the_trades_is_found_before_it_ends() {
        let mut story = usual();
        let start = story.len();
        for _ in 0..40 {
            story.wait(4.0).trade(0, 1000.0, 4.0, 1.0);
        }
        let found = story.findings::<Overtrading>();
        assert!((start + 32..start + 50).contains(&(found[0].row as usize)));
        assert!(found.last().unwrap().finding.score > found[0].finding.score);
    }

    #[test]
    fn a_lively_day_is_no_anomaly() {
        let mut story = usual();
        story.usual_trades(13);
        assert_eq!(story.found::<Overtrading>(), NOWHERE);
    }

    #[test]
    fn a_burst_does_not_fill_the_day() {
        let mut story = usual();
        story.usual_trades(4);
        for _ in 0..20 {
            story.wait(0.2).trade(0, 800.0, 0.2, 1.0);
        }
        story.usual_trades(4);
        assert_eq!(story.found::<Overtrading>(), NOWHERE);
    }
}
