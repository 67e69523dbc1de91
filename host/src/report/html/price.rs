//! The price of each symbol with its anomalies marked, and a lane below for each kind.

use std::fmt::{self, Write};

use super::{
    super::{kinds, words},
    ReportData,
    escape::Text,
    palette,
    scale::Scale,
    table,
};
use crate::{
    backtest::result::{AnomalyRecord, BacktestResult},
    domain::{family::Family, rows::Bar, time},
    scoring::Truth,
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

/// Bars of one symbol, in time order.
pub(super) struct Series<'a> {
    pub(super) symbol: &'a str,
    pub(super) bars: Vec<&'a Bar>,
}

impl Series<'_> {
    /// Place of the bar that holds a moment, or of the last one before it; 0 if there is none.
    pub(super) fn position(&self, at: i64) -> usize {
        self.bars.partition_point(|bar| bar.at <= at).saturating_sub(1)
    }
}

/// The bars of each symbol.
pub(super) fn by_symbol<'a>(data: &ReportData<'a>) -> Vec<Series<'a>> {
    let Some(names) = data.symbols else { return Vec::new() };
    let mut series: Vec<Series<'a>> = Vec::new();
    for id in 0..names.len() as u32 {
        series.push(Series { symbol: names.name(id), bars: Vec::new() });
    }
    for bar in data.bars {
        if let Some(series) = series.get_mut(bar.symbol as usize) {
            series.bars.push(bar);
        }
    }
    series.retain(|series| !series.bars.is_empty());
    series
}

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

fn chart(out: &mut String, result: &BacktestResult, series: &Series<'_>) -> fmt::Result {
    let of_symbol = |it: &&AnomalyRecord| it.family != Family::Behavior && it.subject == series.symbol;
    let mut marked: Vec<(usize, &AnomalyRecord)> =
        result.anomalies.iter().enumerate().filter(|(_, it)| of_symbol(it)).collect();
    let all = marked.len();
    marked.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    marked.truncate(MARKS);
    let kinds: Vec<&str> = [Family::Market, Family::Conflict]
        .into_iter()
        .flat_map(|family| kinds::of_family(result, family))
        .filter(|kind| kind.anomalies > 0 || kinds::not_run(result, kind).is_none())
        .map(|kind| kind.kind.as_str())
        .collect();
    let note = if all > marked.len() {
        format!("; the {MARKS} surest of {} are marked", words::count(all as u64))
    } else {
        String::new()
    };
    let height = TOP + HEIGHT + 12.0 + LANE * kinds.len() as f64 + 24.0;
    write!(
        out,
        "<section><h2>{}</h2><p class=\"lead\">Price over {}, lowest to highest in each pixel; anomalies below, one lane for each \
         kind{note}. {}</p><div class=\"scroll\"><svg class=\"wide\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Price with anomalies\">",
        Text(series.symbol),
        words::plural(series.bars.len() as u64, "bar"),
        legend(result),
    )?;
    let x = Scale::new((0.0, (series.bars.len() - 1).max(1) as f64), (LEFT, RIGHT));
    let y = price(out, series, &x)?;
    let radius = if marked.len() > CROWD { 2.0 } else { 3.5 };
    days(out, series, &x, height)?;
    lanes(out, &kinds)?;
    for (number, anomaly) in marked {
        mark(out, series, &x, &kinds, number, anomaly)?;
        dot(out, series, (&x, &y, radius), &kinds, anomaly)?;
    }
    write!(out, "</svg></div></section>")
}

fn legend(result: &BacktestResult) -> &'static str {
    if result.accuracy.is_some() {
        "Filled: a label agrees. Hollow: none does. Grey: nobody can say."
    } else {
        ""
    }
}

/// Lowest and highest price in each pixel column, as one shape; with grid and axis.
fn price(out: &mut String, series: &Series<'_>, x: &Scale) -> Result<Scale, fmt::Error> {
    let columns = columns(series, x);
    let (low, high) = columns.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), column| {
        (low.min(column.1), high.max(column.2))
    });
    let y = Scale::new((low, high), (TOP + HEIGHT, TOP));
    for tick in y.ticks(5) {
        let at = y.at(tick);
        write!(
            out,
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/><text x=\"{:.0}\" y=\"{:.1}\">{}</text>",
            RIGHT + 6.0,
            at + 4.0,
            words::number(Some(tick)),
        )?;
    }
    write!(out, "<path class=\"price\" d=\"M")?;
    for (column, low, _) in &columns {
        write!(out, "{column:.0} {:.1}L", y.at(*low) + 0.5)?;
    }
    for (column, _, high) in columns.iter().rev() {
        write!(out, "{column:.0} {:.1}L", y.at(*high) - 0.5)?;
    }
    out.pop();
    write!(out, "Z\"/>")?;
    Ok(y)
}

/// Pixel columns with the lowest and highest price in each. A column joins the one before it.
fn columns(series: &Series<'_>, x: &Scale) -> Vec<(f64, f64, f64)> {
    let mut columns: Vec<(f64, f64, f64)> = Vec::new();
    let mut last = f64::NAN;
    for (place, bar) in series.bars.iter().enumerate() {
        let column = x.at(place as f64).round();
        let low = bar.low.min(bar.close).min(last);
        let high = bar.high.max(bar.close).max(last);
        last = bar.close;
        match columns.last_mut() {
            Some(current) if current.0 >= column => {
                *current = (column, current.1.min(low), current.2.max(high));
            }
            _ => columns.push((column, low, high)),
        }
    }
    columns
}

/// Dates along the bottom, at the first bars of days, as many as fit.
fn days(out: &mut String, series: &Series<'_>, x: &Scale, height: f64) -> fmt::Result {
    let mut next = LEFT - 1.0;
    let mut day = i64::MIN;
    for (place, bar) in series.bars.iter().enumerate() {
        let today = bar.at.div_euclid(time::DAY);
        if today == day {
            continue;
        }
        day = today;
        let at = x.at(place as f64);
        if at >= next && at < RIGHT - 40.0 {
            next = at + 88.0;
            let date = time::to_rfc3339(bar.at);
            let date = date.get(..10).unwrap_or_default();
            let bottom = height - 20.0;
            write!(
                out,
                "<path class=\"grid\" d=\"M{at:.1} {TOP}V{bottom:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{date}</text>",
                at + 3.0,
                height - 6.0,
            )?;
        }
    }
    Ok(())
}

fn lanes(out: &mut String, kinds: &[&str]) -> fmt::Result {
    for (lane, kind) in kinds.iter().enumerate() {
        let middle = lane_middle(lane);
        write!(
            out,
            "<path class=\"lane\" d=\"M{LEFT} {middle:.1}H{RIGHT}\"/><text class=\"name\" x=\"{:.0}\" y=\"{:.1}\">{}</text>",
            LEFT - 8.0,
            middle + 4.0,
            Text(&words::kind(kind)),
        )?;
    }
    Ok(())
}

fn lane_middle(lane: usize) -> f64 {
    TOP + HEIGHT + 12.0 + LANE * (lane as f64 + 0.5)
}

/// A mark in the lane of the anomaly's kind that leads to its row in the table.
fn mark(
    out: &mut String,
    series: &Series<'_>,
    x: &Scale,
    kinds: &[&str],
    number: usize,
    anomaly: &AnomalyRecord,
) -> fmt::Result {
    let Some(lane) = kinds.iter().position(|kind| *kind == anomaly.kind) else { return Ok(()) };
    let shown = match anomaly.truth {
        Some(Truth::False) => "mark hollow",
        Some(Truth::Ignored) => "mark ignored",
        Some(Truth::True) | None => "mark",
    };
    let tall = 5.0 + 4.0 * f64::from(anomaly.severity as u8);
    write!(
        out,
        "<a href=\"#{}\"><rect class=\"{shown} {}\" x=\"{:.1}\" y=\"{:.1}\" width=\"3\" height=\"{tall}\" rx=\"1\">\
         <title>{} {} {} score {:.2}&#10;{}</title></rect></a>",
        table::row_id(number),
        palette::class(lane),
        x.at(series.position(anomaly.opened_at) as f64) - 1.5,
        lane_middle(lane) - tall / 2.0,
        words::minute(&time::to_rfc3339(anomaly.opened_at)),
        Text(&anomaly.kind),
        words::severity(anomaly.family, anomaly.severity),
        anomaly.score,
        Text(&anomaly.message),
    )
}

/// A dot on the price itself, for anomalies of the price.
fn dot(
    out: &mut String,
    series: &Series<'_>,
    (x, y, radius): (&Scale, &Scale, f64),
    kinds: &[&str],
    anomaly: &AnomalyRecord,
) -> fmt::Result {
    let lane = kinds.iter().position(|kind| *kind == anomaly.kind);
    let place = series.position(anomaly.opened_at);
    let Some((lane, bar)) = lane.zip(series.bars.get(place)).filter(|_| anomaly.kind.starts_with("PRICE_"))
    else {
        return Ok(());
    };
    write!(
        out,
        "<circle class=\"dot {}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"/>",
        palette::class(lane),
        x.at(place as f64),
        y.at(bar.close),
    )
}
