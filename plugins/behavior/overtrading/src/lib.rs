//! Flags far more orders in a day than on the trader's normal days.
//!
//! The count of the day so far is judged against whole days before. Orders beyond what the trader's busiest
//! minutes hold don't count: a burst is a matter of its own. Found when the limit is crossed and for an
//! hour after, then again whenever the count has grown by half. Silent before five days.

use plugin_sdk::{
    prelude::*,
    trader::{Daily, MINUTE, WARM_UP, judge_count, posterior},
};

settings! {
    /// Settings of overtrading.
    pub struct OvertradingSettings {
        /// How many times a normal day is "far more".
        pub times: f64 [1.0, 100.0] = 2.0,
        /// Share of days that are truly overtraded, against which chance is weighed: one in two years.
        pub rate: f64 [1e-9, 0.5] = 2e-3,
    }
}

/// Minutes of a window in which a burst is seen.
const WINDOW: u32 = 10;
/// Orders in a window beyond this, and beyond a usual day's busiest one, are a burst: two trades.
const CALM: u32 = 4;
/// Growth of the count that is news, and how long it stays news.
const GROWTH: f64 = 1.5;
const NEWS: i64 = 60 * MINUTE;
/// Smallest deviation taken seriously, on the square-root scale: orders come in pairs, so a day's count varies
/// by the square root of two more than a Poisson count.
const SPREAD: f64 = 0.7;

/// State of one trader.
pub struct Overtrading {
    settings: OvertradingSettings,
    days: Daily<Windows>,
    habit: Habit,
    previous: Option<Order>,
    told: Option<News>,
}

/// What earlier days were like, as seen on one day.
#[derive(Default)]
struct Habit {
    day: Option<u32>,
    /// The most orders in a window of a usual day.
    limit: u32,
    /// Orders of each day.
    orders: Vec<u32>,
}

impl Habit {
    fn on(day: u32, days: &Daily<Windows>) -> Self {
        let mut busiest: Vec<u32> = days.before(day).map(Windows::busiest).collect();
        busiest.sort_unstable();
        let limit = busiest.get(busiest.len() / 2).map_or(CALM, |&usual| usual.max(CALM));
        Self { day: Some(day), limit, orders: days.before(day).map(|past| past.count(limit)).collect() }
    }
}

/// The orders of a day, window by window.
#[derive(Clone, Default)]
struct Windows {
    last: i64,
    orders: Vec<u32>,
}

impl Windows {
    fn add(&mut self, order: &Order) {
        let window = order.at / (i64::from(WINDOW) * MINUTE);
        match self.orders.last_mut().filter(|_| window == self.last) {
            Some(orders) => *orders += 1,
            None => self.orders.push(1),
        }
        self.last = window;
    }

    fn busiest(&self) -> u32 {
        self.orders.iter().copied().max().unwrap_or(0)
    }

    fn count(&self, limit: u32) -> u32 {
        self.orders.iter().map(|&orders| orders.min(limit)).sum()
    }
}

/// A count that was told.
#[derive(Clone, Copy)]
struct News {
    day: u32,
    since: i64,
    orders: u32,
}

impl Overtrading {
    /// The day with the order in it.
    fn with(&self, order: &Order) -> Windows {
        let mut today = self.days.so_far(order.day).cloned().unwrap_or_default();
        if !self.previous.is_some_and(|previous| order.continues(&previous)) {
            today.add(order);
        }
        today
    }

    /// When a count like this was first told today; now, if it is much higher than what was told.
    fn told_since(&mut self, order: &Order, orders: u32) -> i64 {
        let old = self
            .told
            .filter(|old| old.day == order.day && f64::from(orders) < GROWTH * f64::from(old.orders));
        self.told.insert(old.unwrap_or(News { day: order.day, since: order.at, orders })).since
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
        Self {
            settings: settings.clone(),
            days: Daily::default(),
            habit: Habit::default(),
            previous: None,
            told: None,
        }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        if self.habit.day != Some(order.day) {
            self.habit = Habit::on(order.day, &self.days);
        }
        let orders = self.with(order).count(self.habit.limit);
        let excess = judge_count(self.habit.orders.iter().copied(), orders, SPREAD)
            .filter(|excess| excess.times >= self.settings.times)?;
        let score = posterior(excess.chance(), self.settings.rate)?;
        (order.at <= self.told_since(order, orders) + NEWS).then(|| {
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
        *self.days.today(order.day) = self.with(order);
        self.previous = Some(*order);
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
