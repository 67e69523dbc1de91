//! The obvious feature of each kind.

use std::collections::BTreeMap;

use super::traders;
use crate::{
    domain::{
        family::{ALGORITHM_CONFLICT, Family},
        rows::{Bar, Signal},
    },
    ingest::Input,
};

/// A feature of one subject over time, high where a kind of anomaly shows.
pub(super) struct Feature {
    pub(super) family: Family,
    pub(super) subject: u32,
    pub(super) kind: &'static str,
    pub(super) times: Vec<i64>,
    /// NaN where not known.
    pub(super) values: Vec<f64>,
    /// Whether a high value is an anomaly at all there.
    pub(super) judged: Vec<bool>,
}

/// The features of all subjects.
pub(super) fn all(input: &Input) -> Vec<Feature> {
    let mut bars: BTreeMap<u32, Vec<&Bar>> = BTreeMap::new();
    for bar in &input.bars {
        bars.entry(bar.symbol).or_default().push(bar);
    }
    let mut signals: BTreeMap<u32, Vec<&Signal>> = BTreeMap::new();
    for signal in &input.signals {
        signals.entry(signal.symbol).or_default().push(signal);
    }
    let market = bars.iter().flat_map(|(symbol, bars)| market(*symbol, bars));
    let conflict = signals.iter().map(|(symbol, signals)| conflict(*symbol, signals));
    market.chain(conflict).chain(traders::features(input)).collect()
}

/// Price and IV: log change. Open interest: size of the log change. Volume and spread: as they are.
fn market(symbol: u32, bars: &[&Bar]) -> Vec<Feature> {
    let change = |column: fn(&Bar) -> f64| -> Vec<f64> {
        let step = |pair: &[&Bar]| {
            if pair[0].session == pair[1].session {
                libm::log(column(pair[1]) / column(pair[0]))
            } else {
                f64::NAN
            }
        };
        std::iter::once(f64::NAN).chain(bars.windows(2).map(step)).collect()
    };
    let level = |column: fn(&Bar) -> f64| -> Vec<f64> { bars.iter().map(|bar| column(bar)).collect() };
    let returns = change(|bar| bar.close);
    let features = [
        ("PRICE_DROP", returns.iter().map(|change| -change).collect()),
        ("PRICE_SPIKE", returns),
        ("VOLUME_SURGE", level(|bar| bar.volume)),
        ("SPREAD_EXPLOSION", level(|bar| bar.ask - bar.bid)),
        ("OI_ANOMALY", change(|bar| bar.open_interest).iter().map(|change| change.abs()).collect()),
        ("IV_SPIKE", change(|bar| bar.implied_volatility)),
    ];
    let feature = |(kind, values): (&'static str, Vec<f64>)| Feature {
        family: Family::Market,
        subject: symbol,
        kind,
        times: bars.iter().map(|bar| bar.at).collect(),
        judged: vec![true; values.len()],
        values,
    };
    features.into_iter().map(feature).collect()
}

/// The share of heads that are not in the largest camp.
fn conflict(symbol: u32, signals: &[&Signal]) -> Feature {
    let panels: Vec<(i64, f64)> = signals
        .chunk_by(|one, next| one.at == next.at)
        .map(|panel| (panel[0].at, disagreement(panel)))
        .collect();
    Feature {
        family: Family::Conflict,
        subject: symbol,
        kind: ALGORITHM_CONFLICT,
        times: panels.iter().map(|panel| panel.0).collect(),
        values: panels.iter().map(|panel| panel.1).collect(),
        judged: vec![true; panels.len()],
    }
}

fn disagreement(panel: &[&Signal]) -> f64 {
    let mut heads = [0_usize; 4];
    for signal in panel {
        heads[signal.vote as usize] += 1;
    }
    let largest = heads.into_iter().max().unwrap_or(0);
    1.0 - largest as f64 / panel.len() as f64
}
