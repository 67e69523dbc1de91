//! Indicators against TA-Lib and plain `NumPy` on real bars (`reference/make_reference.py`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::HashMap;

use plugin_sdk::indicators::{
    Adx, Atr, Bollinger, Donchian, Ema, IvRegime, Macd, Obv, OiBuildUp, OpeningRange, Rsi, Sma, Stochastic,
    Supertrend, Trend, TrueRange, Vwap,
};

const REFERENCE: &str = include_str!("reference/reference.csv");

/// One row of the reference: values by column name, absent where the cell is empty.
struct Row(HashMap<&'static str, f64>);

impl Row {
    fn of(&self, column: &str) -> f64 {
        self.0[column]
    }

    /// High, low and close.
    fn hlc(&self) -> (f64, f64, f64) {
        (self.of("high"), self.of("low"), self.of("close"))
    }
}

fn rows() -> Vec<Row> {
    let mut lines = REFERENCE.lines();
    let names: Vec<_> = lines.next().unwrap().split(',').collect();
    let cells = |line: &'static str| line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN));
    lines
        .map(|line| {
            Row(names.iter().copied().zip(cells(line)).filter(|(_, value)| !value.is_nan()).collect())
        })
        .collect()
}

/// Feeds every row and compares the result with a column: present on the same rows, equal to 1e-9.
#[track_caller]
fn agrees(column: &str, mut indicator: impl FnMut(&Row) -> Option<f64>) {
    let mut compared = 0;
    for (at, row) in rows().iter().enumerate() {
        match (indicator(row), row.0.get(column)) {
            (Some(ours), Some(&theirs)) => {
                let tolerance = 1e-9 * theirs.abs().max(1e-3);
                assert!((ours - theirs).abs() <= tolerance, "{column}, row {at}: {ours} against {theirs}");
                compared += 1;
            }
            (None, None) => {}
            (ours, theirs) => panic!("{column}, row {at}: {ours:?} against {theirs:?}"),
        }
    }
    assert!(compared > 200, "{column}: only {compared} rows compared");
}

#[test]
fn averages() {
    let (mut sma, mut ema) = (Sma::new(20), Ema::new(12));
    agrees("sma_20", |row| sma.push(row.of("close")));
    agrees("ema_12", |row| ema.push(row.of("close")));
}

#[test]
fn macd() {
    let indicator = || Macd::new(12, 26, 9);
    let (mut line, mut signal, mut histogram) = (indicator(), indicator(), indicator());
    agrees("macd_line", |row| line.push(row.of("close")).map(|value| value.line));
    agrees("macd_signal", |row| signal.push(row.of("close")).map(|value| value.signal));
    agrees("macd_histogram", |row| histogram.push(row.of("close")).map(|value| value.histogram()));
}

#[test]
fn rsi() {
    let mut rsi = Rsi::new(14);
    agrees("rsi_14", |row| rsi.push(row.of("close")));
}

#[test]
fn bollinger() {
    let indicator = || Bollinger::new(20, 2.0);
    let (mut upper, mut middle, mut lower) = (indicator(), indicator(), indicator());
    agrees("bollinger_upper", |row| upper.push(row.of("close")).map(|bands| bands.upper));
    agrees("bollinger_middle", |row| middle.push(row.of("close")).map(|bands| bands.middle));
    agrees("bollinger_lower", |row| lower.push(row.of("close")).map(|bands| bands.lower));
}

#[test]
fn ranges() {
    let (mut range, mut average) = (TrueRange::default(), Atr::new(14));
    agrees("true_range", |row| {
        let (high, low, close) = row.hlc();
        range.push(high, low, close)
    });
    agrees("atr_14", |row| {
        let (high, low, close) = row.hlc();
        average.push(high, low, close)
    });
}

#[test]
fn directional_movement() {
    let columns: [(_, fn(_) -> _); 3] = [
        ("adx_14", |value: plugin_sdk::indicators::DirectionalMovement| value.index),
        ("plus_di_14", |value| Some(value.plus)),
        ("minus_di_14", |value| Some(value.minus)),
    ];
    for (column, pick) in columns {
        let mut adx = Adx::new(14);
        agrees(column, |row| {
            let (high, low, close) = row.hlc();
            adx.push(high, low, close).and_then(pick)
        });
    }
}

#[test]
fn stochastic() {
    let indicator = || Stochastic::new(14, 3, 3);
    let (mut k, mut d) = (indicator(), indicator());
    agrees("stochastic_k", |row| {
        let (high, low, close) = row.hlc();
        k.push(high, low, close).map(|value| value.k)
    });
    agrees("stochastic_d", |row| {
        let (high, low, close) = row.hlc();
        d.push(high, low, close).map(|value| value.d)
    });
}

#[test]
fn on_balance_volume() {
    let mut obv = Obv::default();
    agrees("obv", |row| obv.push(row.of("close"), row.of("volume")));
}

#[test]
fn donchian() {
    let (mut upper, mut lower) = (Donchian::new(20), Donchian::new(20));
    agrees("donchian_upper", |row| upper.push(row.of("high"), row.of("low")).map(|channel| channel.upper));
    agrees("donchian_lower", |row| lower.push(row.of("high"), row.of("low")).map(|channel| channel.lower));
}

#[test]
fn supertrend() {
    let indicator = || Supertrend::new(10, 3.0);
    let (mut line, mut trend) = (indicator(), indicator());
    agrees("supertrend_line", |row| {
        let (high, low, close) = row.hlc();
        line.push(high, low, close).map(|value| value.line)
    });
    agrees("supertrend_trend", |row| {
        let (high, low, close) = row.hlc();
        trend.push(high, low, close).map(|value| if value.trend == Trend::Up { 1.0 } else { -1.0 })
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small whole numbers in the file"
)]
fn session_and_minute(row: &Row) -> (u32, u32) {
    (row.of("session") as u32, row.of("minute") as u32)
}

#[test]
fn volume_weighted_price() {
    let (mut price, mut deviation) = (Vwap::default(), Vwap::default());
    let push = |vwap: &mut Vwap, row: &Row| {
        let (high, low, close) = row.hlc();
        vwap.push(session_and_minute(row).0, high, low, close, row.of("volume"))
    };
    agrees("vwap_price", |row| push(&mut price, row).map(|value| value.price));
    agrees("vwap_deviation", |row| push(&mut deviation, row).map(|value| value.deviation));
}

#[test]
fn opening_range() {
    let (mut upper, mut lower) = (OpeningRange::new(15), OpeningRange::new(15));
    let push = |range: &mut OpeningRange, row: &Row| {
        let (session, minute) = session_and_minute(row);
        range.push(session, minute, row.of("high"), row.of("low"))
    };
    agrees("opening_upper", |row| push(&mut upper, row).map(|range| range.upper));
    agrees("opening_lower", |row| push(&mut lower, row).map(|range| range.lower));
}

#[test]
fn open_interest_build_up() {
    let (mut price, mut interest) = (OiBuildUp::new(5, 60), OiBuildUp::new(5, 60));
    agrees("build_up_price", |row| {
        price.push(row.of("close"), row.of("open_interest")).map(|value| value.price)
    });
    agrees("build_up_interest", |row| {
        interest.push(row.of("close"), row.of("open_interest")).map(|value| value.interest)
    });
}

#[test]
fn implied_volatility_regime() {
    let mut regime = IvRegime::new(60);
    agrees("iv_deviations", |row| regime.push(row.of("implied_volatility")));
}

/// Skipping a missing value must leave no trace.
#[test]
fn a_missing_value_is_as_if_the_bar_had_not_been() {
    let (mut ema, mut rsi, mut bands) = (Ema::new(12), Rsi::new(14), Bollinger::new(20, 2.0));
    let (mut stochastic, mut vwap) = (Stochastic::new(14, 3, 3), Vwap::default());
    let mut with_holes = |row: &Row, hole: bool| {
        let (high, low, close) = row.hlc();
        if hole {
            assert_eq!(ema.push(f64::NAN), None);
            assert_eq!(rsi.push(f64::NAN), None);
            assert_eq!(bands.push(f64::NAN), None);
            assert_eq!(stochastic.push(f64::NAN, low, close), None);
            assert_eq!(vwap.push(session_and_minute(row).0, high, low, close, f64::NAN), None);
        }
        let _ = (rsi.push(close), bands.push(close), stochastic.push(high, low, close));
        let _ = vwap.push(session_and_minute(row).0, high, low, close, row.of("volume"));
        ema.push(close)
    };
    agrees("ema_12", |row| with_holes(row, row.of("minute").rem_euclid(7.0) == 0.0));
    let last = rows().pop().unwrap();
    let (high, low, close) = last.hlc();
    let mut clean = (Rsi::new(14), Bollinger::new(20, 2.0), Stochastic::new(14, 3, 3), Vwap::default());
    for row in rows() {
        let (high, low, close) = row.hlc();
        let _ = (clean.0.push(close), clean.1.push(close), clean.2.push(high, low, close));
        let _ = clean.3.push(session_and_minute(&row).0, high, low, close, row.of("volume"));
    }
    assert_eq!(rsi.push(close), clean.0.push(close));
    assert_eq!(bands.push(close), clean.1.push(close));
    assert_eq!(stochastic.push(high, low, close), clean.2.push(high, low, close));
    let session = session_and_minute(&last).0;
    assert_eq!(vwap.push(session, high, low, close, 1.0), clean.3.push(session, high, low, close, 1.0));
}

/// What `memory` promises: a run begun that many bars earlier gives the same value.
#[track_caller]
fn forgets<I>(memory: usize, fresh: impl Fn() -> I, push: impl Fn(&mut I, &Row) -> Option<f64>) {
    let once = rows();
    let bars: Vec<&Row> = core::iter::repeat_n(&once, 4).flatten().collect();
    let last = |bars: &[&Row]| {
        let mut indicator = fresh();
        bars.iter().fold(None, |_, row| push(&mut indicator, row)).unwrap()
    };
    let (whole, tail) = (last(&bars), last(&bars[bars.len() - memory - 1..]));
    assert!((whole - tail).abs() < 1e-6, "{whole} against {tail}");
}

#[test]
fn exponential_indicators_forget_within_their_memory() {
    forgets(Ema::memory(26), || Ema::new(26), |ema, row| ema.push(row.of("close")));
    forgets(Rsi::memory(14), || Rsi::new(14), |rsi, row| rsi.push(row.of("close")));
    let macd = |macd: &mut Macd, row: &Row| macd.push(row.of("close")).map(|value| value.histogram());
    forgets(Macd::memory(26, 9), || Macd::new(12, 26, 9), macd);
    let atr = |atr: &mut Atr, row: &Row| {
        let (high, low, close) = row.hlc();
        atr.push(high, low, close)
    };
    forgets(Atr::memory(14), || Atr::new(14), atr);
    let adx = |adx: &mut Adx, row: &Row| {
        let (high, low, close) = row.hlc();
        adx.push(high, low, close)?.index
    };
    forgets(Adx::memory(14), || Adx::new(14), adx);
}
