//! The price itself, with its grid and dates.

use std::fmt::{self, Write};

use super::{
    super::{super::words, scale::Scale},
    Chart, HEIGHT, LEFT, RIGHT, TOP,
};
use crate::domain::time;

/// Lowest and highest price in each pixel column, as one shape; with grid and axis.
pub(super) fn price(out: &mut String, chart: &Chart<'_>) -> Result<Scale, fmt::Error> {
    let columns = columns(chart);
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
fn columns(chart: &Chart<'_>) -> Vec<(f64, f64, f64)> {
    let mut columns: Vec<(f64, f64, f64)> = Vec::new();
    let mut last = f64::NAN;
    for (place, bar) in chart.series.bars.iter().enumerate() {
        let column = chart.x.at(place as f64).round();
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
pub(super) fn days(out: &mut String, chart: &Chart<'_>) -> fmt::Result {
    let mut next = LEFT - 1.0;
    let mut day = i64::MIN;
    for (place, bar) in chart.series.bars.iter().enumerate() {
        let today = bar.at.div_euclid(time::DAY);
        if today == day {
            continue;
        }
        day = today;
        let at = chart.x.at(place as f64);
        if at >= next && at < RIGHT - 40.0 {
            next = at + 88.0;
            let date = time::to_rfc3339(bar.at);
            let date = date.get(..10).unwrap_or_default();
            let bottom = chart.height - 20.0;
            write!(
                out,
                "<path class=\"grid\" d=\"M{at:.1} {TOP}V{bottom:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{date}</text>",
                at + 3.0,
                chart.height - 6.0,
            )?;
        }
    }
    Ok(())
}
