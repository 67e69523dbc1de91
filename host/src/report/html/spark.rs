//! A small drawing of the bars around an anomaly.

use std::fmt::{self, Write};

use super::{scale::Scale, series::Series};
use crate::{
    backtest::result::AnomalyRecord,
    domain::{family::Family, rows::Bar},
};

/// Bars before and after the first finding.
const BEFORE: usize = 45;
const AFTER: usize = 15;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 26.0;

/// Draws the column that shows the anomaly, with its moment marked. Nothing for traders.
pub(super) fn write(out: &mut String, series: &[Series<'_>], anomaly: &AnomalyRecord) -> fmt::Result {
    if anomaly.family == Family::Behavior {
        return Ok(());
    }
    let Some(series) = series.iter().find(|series| series.symbol == anomaly.subject) else {
        return Ok(());
    };
    let place = series.position(anomaly.opened_at);
    let first = place.saturating_sub(BEFORE);
    let values: Vec<f64> = series.bars[first..]
        .iter()
        .take(place - first + AFTER + 1)
        .map(|bar| value(&anomaly.kind, bar))
        .collect();
    let known = values.iter().filter(|value| value.is_finite());
    let (low, high) = known
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if low > high {
        return Ok(());
    }
    let x = Scale::new((0.0, (BEFORE + AFTER) as f64), (2.0, WIDTH - 2.0));
    let y = Scale::new((low, high), (HEIGHT - 3.0, 3.0));
    let marked = x.at((place - first) as f64);
    write!(
        out,
        "<svg class=\"spark\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" aria-hidden=\"true\"><path class=\"moment\" d=\"M{marked:.0} 0V{HEIGHT}\"/><path d=\"",
    )?;
    let mut pen = 'M';
    for (place, value) in values.iter().enumerate() {
        if value.is_finite() {
            write!(out, "{pen}{:.0} {:.1}", x.at(place as f64), y.at(*value))?;
            pen = 'L';
        } else {
            pen = 'M';
        }
    }
    write!(out, "\"/></svg>")
}

/// What the kind is about; the price where that is not one column.
fn value(kind: &str, bar: &Bar) -> f64 {
    match kind {
        "VOLUME_SURGE" => bar.volume,
        "SPREAD_EXPLOSION" => bar.ask - bar.bid,
        "OI_ANOMALY" => bar.open_interest,
        "IV_SPIKE" => bar.implied_volatility,
        _ => bar.close,
    }
}
