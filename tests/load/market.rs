//! Bars of a quiet market, some of which stand out.

use std::fmt::Write as _;

use host::domain::{
    random::Random,
    time::{MINUTE, to_rfc3339},
};

use crate::served::Host;

/// 2026-01-05T00:00:00Z.
const BEGINS: i64 = 1_767_571_200_000_000;

/// Bars of each symbol before anything is measured: more than any component needs to warm up.
const WARM_UP: usize = 600;

/// Bars of each symbol in a request of the warm-up.
const AT_ONCE: usize = 20;

/// A market in which each tick is a one-minute bar of each symbol.
pub(crate) struct Market {
    random: Random,
    prices: Vec<f64>,
    per_mille: u64,
    tick: i64,
}

impl Market {
    pub(crate) fn new(symbols: usize, per_mille: u64) -> Self {
        let mut random = Random::new(1, "load");
        let prices = (0..symbols).map(|_| random.between(100.0, 2_000.0)).collect();
        Self { random, prices, per_mille, tick: 0 }
    }

    /// So many bars stand out in a thousand from here on.
    pub(crate) fn set_per_mille(&mut self, per_mille: u64) {
        self.per_mille = per_mille;
    }

    pub(crate) fn symbols(&self) -> usize {
        self.prices.len()
    }

    pub(crate) async fn warm_up(&mut self, host: &Host) -> usize {
        let before = std::mem::replace(&mut self.per_mille, 0);
        let mut bars = 0;
        for _ in 0..WARM_UP / AT_ONCE {
            let body: String = (0..AT_ONCE).map(|_| self.next()).collect();
            bars += AT_ONCE * self.symbols();
            let answer = host.client.post(format!("{}/api/ingest/bars", host.url));
            let answer =
                answer.header("content-type", "application/x-ndjson").body(body).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        }
        self.per_mille = before;
        bars
    }

    /// The next bar of each symbol, a line each.
    pub(crate) fn next(&mut self) -> String {
        let at = to_rfc3339(BEGINS + self.tick * MINUTE);
        self.tick += 1;
        let mut lines = String::new();
        for (symbol, price) in self.prices.iter_mut().enumerate() {
            let stands_out = self.random.below(1_000) < self.per_mille as usize;
            let moved = *price * (1.0 + self.random.normal() * 0.0005);
            let close = if stands_out { moved * 1.08 } else { moved };
            *price = moved.clamp(50.0, 5_000.0);
            let volume = 1_000.0 * self.random.log_between(0.7, 1.4);
            let spread = close * 0.0002;
            writeln!(
                lines,
                r#"{{"timestamp":"{at}","symbol":"S{symbol}","open":{moved:.2},"high":{:.2},"low":{:.2},"close":{close:.2},"volume":{volume:.0},"bid":{:.2},"ask":{:.2}}}"#,
                close.max(moved) * 1.0002,
                close.min(moved) * 0.9998,
                close - spread,
                close + spread,
            )
            .unwrap();
        }
        lines
    }
}
