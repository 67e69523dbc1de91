//! Anomalies for each day, or week or month where there are many days.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use super::{super::words, palette, scale::Scale};
use crate::{
    backtest::result::BacktestResult,
    domain::{family::Family, time},
};

const WIDTH: f64 = 1160.0;
const HEIGHT: f64 = 170.0;
const LEFT: f64 = 40.0;
const BOTTOM: f64 = HEIGHT - 24.0;

/// Bars of the chart that still can be told apart.
const MOST_BARS: i64 = 120;

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let Some((first, last)) = extent(result) else { return Ok(()) };
    let (unit, days) = [("day", 1), ("week", 7), ("month", 30), ("quarter", 91), ("year", 365)]
        .into_iter()
        .find(|(_, days)| (last - first) / days < MOST_BARS)
        .unwrap_or(("year", 365));
    let mut counts: BTreeMap<i64, [u64; 3]> = BTreeMap::new();
    for anomaly in &result.anomalies {
        let slot = (anomaly.opened_at.div_euclid(time::DAY) - first) / days;
        counts.entry(slot).or_default()[anomaly.family as usize] += 1;
    }
    let slots = (last - first) / days + 1;
    let highest = counts.values().map(|count| count.iter().sum::<u64>()).max().unwrap_or(1);
    write!(out, "<section><h2>Anomalies per {unit}</h2><p class=\"lead\">")?;
    for family in
        Family::ALL.into_iter().filter(|family| result.anomalies.iter().any(|it| it.family == *family))
    {
        write!(out, "<span class=\"key {}\"></span>{} ", palette::family(family), family.name())?;
    }
    write!(
        out,
        "</p><div class=\"scroll\"><svg class=\"wide\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Anomalies per {unit}\">"
    )?;
    let x = Scale::new((0.0, slots as f64), (LEFT, WIDTH - 8.0));
    let y = Scale::new((0.0, highest as f64), (BOTTOM, 8.0));
    for tick in y.ticks(4).into_iter().filter(|tick| tick.fract() == 0.0) {
        let at = y.at(tick);
        write!(
            out,
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{:.0}\"/><text class=\"name\" x=\"{:.0}\" y=\"{:.1}\">{}</text>",
            WIDTH - 8.0,
            LEFT - 6.0,
            at + 4.0,
            words::count(tick as u64),
        )?;
    }
    let every = (slots / 12).max(1);
    let width = ((x.at(1.0) - x.at(0.0)) * 0.8).clamp(1.0, 40.0);
    for slot in 0..slots {
        let middle = x.at(slot as f64 + 0.5);
        let date = time::to_rfc3339((first + slot * days) * time::DAY);
        let date = date.get(..10).unwrap_or_default();
        if slot % every == 0 {
            write!(
                out,
                "<text class=\"middle\" x=\"{middle:.1}\" y=\"{:.0}\">{}</text>",
                HEIGHT - 6.0,
                if days < 30 { date.get(5..) } else { date.get(..7) }.unwrap_or_default()
            )?;
        }
        column(out, counts.get(&slot), date, (middle - width / 2.0, width), &y)?;
    }
    write!(out, "</svg></div></section>")
}

/// First and last day with an anomaly or a row.
fn extent(result: &BacktestResult) -> Option<(i64, i64)> {
    let days = || result.anomalies.iter().map(|anomaly| anomaly.opened_at.div_euclid(time::DAY));
    Some((days().min()?, days().max()?))
}

/// One stacked column.
fn column(
    out: &mut String,
    counts: Option<&[u64; 3]>,
    date: &str,
    (left, width): (f64, f64),
    y: &Scale,
) -> fmt::Result {
    let Some(counts) = counts else { return Ok(()) };
    let mut below = 0;
    for (family, count) in Family::ALL.into_iter().zip(counts).filter(|(_, count)| **count > 0) {
        let top = y.at((below + count) as f64);
        let height = y.at(below as f64) - top;
        below += count;
        write!(
            out,
            "<rect class=\"{}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"><title>{date}: {count} {}</title></rect>",
            palette::family(family),
            (height - 1.0).max(0.5),
            family.name(),
        )?;
    }
    Ok(())
}
