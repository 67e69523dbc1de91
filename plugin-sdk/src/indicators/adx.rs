use super::{TrueRange, Wilder};

/// Average directional index: how strong a trend is, whichever way it goes.
///
/// Warm-up: `2 * period` bars for the index, `period + 1` for the directional indicators. A bar without
/// any directional movement in memory leaves the index as it was. NaN: skipped. Source: Wilder 1978;
/// TA-Lib `ADX`, `PLUS_DI`, `MINUS_DI`.
#[derive(Clone, Debug)]
pub struct Adx {
    period: usize,
    seen: usize,
    previous: Option<(f64, f64)>,
    range: TrueRange,
    sums: Sums,
    index: Wilder,
    latest: Option<f64>,
}

/// Wilder's running sums, quote currency.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    plus: f64,
    minus: f64,
    range: f64,
}

/// What [`Adx`] says about a bar, each 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectionalMovement {
    /// Average directional index; `None` while warming up.
    pub index: Option<f64>,
    /// Share of the range that went up (+DI).
    pub plus: f64,
    /// Share of the range that went down (-DI).
    pub minus: f64,
}

impl Adx {
    /// An index with the given period; 14 is usual.
    pub fn new(period: usize) -> Self {
        Self {
            period: period.max(1),
            seen: 0,
            previous: None,
            range: TrueRange::default(),
            sums: Sums::default(),
            index: Wilder::new(period),
            latest: None,
        }
    }

    /// Bars after which earlier ones weigh less than 1e-9.
    pub const fn memory(period: usize) -> usize {
        2 * Wilder::memory(period)
    }

    /// Takes the next bar.
    pub fn push(&mut self, high: f64, low: f64, close: f64) -> Option<DirectionalMovement> {
        if (high + low + close).is_nan() {
            return None;
        }
        let range = self.range.push(high, low, close);
        let (previous_high, previous_low) = self.previous.replace((high, low))?;
        let (up, down) = (high - previous_high, previous_low - low);
        let plus = if up > down { up.max(0.0) } else { 0.0 };
        let minus = if down > up { down.max(0.0) } else { 0.0 };

        self.seen += 1;
        let kept = if self.seen < self.period { 1.0 } else { 1.0 - 1.0 / self.period as f64 };
        self.sums.plus = self.sums.plus * kept + plus;
        self.sums.minus = self.sums.minus * kept + minus;
        self.sums.range = self.sums.range * kept + range?;
        if self.seen < self.period || self.sums.range <= 0.0 {
            return None;
        }
        let plus = 100.0 * self.sums.plus / self.sums.range;
        let minus = 100.0 * self.sums.minus / self.sums.range;
        if plus + minus > 0.0 {
            self.latest = self.index.push(100.0 * (plus - minus).abs() / (plus + minus));
        }
        Some(DirectionalMovement { index: self.latest, plus, minus })
    }
}
