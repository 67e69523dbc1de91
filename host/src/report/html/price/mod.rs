//! The price of each symbol with its anomalies marked, and a lane below for each kind.

mod line;
mod marks;

use std::fmt::{self, Write};

use super::{
    super::{kinds, words},
    escape::Text,
    scale::Scale,
    series::Series,
};
use crate::{
    backtest::result::{AnomalyRecord, BacktestResult},
    domain::family::Family,
};

/// Symbols with a chart of their own; further ones are named.
const CHARTS: usize = 6;

/// Anomalies marked on a chart: the surest ones.
const MARKS: usize = 1_500;

/// More marks than this are drawn small.
const CROWD: usize = 150;

const WIDTH: f64 = 1160.0;
const LEFT: f64 = 118.0;
const RIGHT: f64 = WIDTH - 56.0;
const TOP: f64 = 10.0;
const HEIGHT: f64 = 260.0;
const LANE: f64 = 20.0;

pub(super) fn write(out: &mut String, result: &BacktestResult, series: &[Series<'_>]) -> fmt::Result {
    for series in series.iter().take(CHARTS) {
        chart(out, result, series)?;
    }
    if let Some(rest) = series.get(CHARTS..).filter(|rest| !rest.is_empty()) {
        let rest = words::plural(rest.len() as u64, "further symbol");
        write!(out, "<p class=\"lead\">{rest} without a chart; the table has their anomalies.</p>")?;
    }
    Ok(())
}

/// What the parts of one chart share.
struct Chart<'a> {
    series: &'a Series<'a>,
    /// Kinds by lane.
    kinds: Vec<&'a str>,
    /// From the place of a bar to pixels.
    x: Scale,
    height: f64,
}

fn chart(out: &mut String, result: &BacktestResult, series: &Series<'_>) -> fmt::Result {
    let (marked, all) = marked(result, series.symbol);
    let kinds = lanes(result);
    let note = if all > marked.len() {
        format!("; the {} surest of {} are marked", words::count(MARKS as u64), words::count(all as u64))
    } else {
        String::new()
    };
    let height = TOP + HEIGHT + 12.0 + LANE * kinds.len() as f64 + 24.0;
    write!(
        out,
        "<section><h2>{}</h2><p class=\"lead\">Price over {}, lowest to highest in each pixel; anomalies below, \
         one lane for each kind{note}. {}</p><div class=\"scroll\"><svg class=\"wide\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Price with anomalies\">",
        Text(series.symbol),
        words::plural(series.bars.len() as u64, "bar"),
        legend(result),
    )?;
    let last = (series.bars.len() - 1).max(1) as f64;
    let chart = Chart { series, kinds, x: Scale::new((0.0, last), (LEFT, RIGHT)), height };
    let y = line::price(out, &chart)?;
    line::days(out, &chart)?;
    marks::lanes(out, &chart.kinds)?;
    let radius = if marked.len() > CROWD { 2.0 } else { 3.5 };
    for (number, anomaly) in marked {
        marks::mark(out, &chart, number, anomaly)?;
        marks::dot(out, &chart, (&y, radius), anomaly)?;
    }
    write!(out, "</svg></div></section>")
}

/// The surest anomalies of a symbol by their place in the result, and how many there are in all.
fn marked<'a>(result: &'a BacktestResult, symbol: &str) -> (Vec<(usize, &'a AnomalyRecord)>, usize) {
    let of_symbol = |it: &AnomalyRecord| it.family != Family::Behavior && it.subject == symbol;
    let mut marked: Vec<_> = result.anomalies.iter().enumerate().filter(|(_, it)| of_symbol(it)).collect();
    let all = marked.len();
    marked.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    marked.truncate(MARKS);
    (marked, all)
}

/// Kinds that could be found.
fn lanes(result: &BacktestResult) -> Vec<&str> {
    [Family::Market, Family::Conflict]
        .into_iter()
        .flat_map(|family| kinds::of_family(result, family))
        .filter(|kind| kind.anomalies > 0 || kinds::not_run(result, kind).is_none())
        .map(|kind| kind.kind.as_str())
        .collect()
}

fn legend(result: &BacktestResult) -> &'static str {
    if result.accuracy.is_some() {
        "Filled: a label agrees. Hollow: none does. Grey: nobody can say."
    } else {
        ""
    }
}
