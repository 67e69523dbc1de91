//! Anomalies: a lane for each kind, a mark for each anomaly.

use std::fmt::{self, Write};

use super::{
    super::{super::words, escape::Text, palette, scale::Scale, table},
    Chart, HEIGHT, LANE, LEFT, RIGHT, TOP,
};
use crate::{backtest::result::AnomalyRecord, domain::time, scoring::Truth};

pub(super) fn lanes(out: &mut String, kinds: &[&str]) -> fmt::Result {
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
pub(super) fn mark(
    out: &mut String,
    chart: &Chart<'_>,
    number: usize,
    anomaly: &AnomalyRecord,
) -> fmt::Result {
    let Some(lane) = chart.kinds.iter().position(|kind| *kind == anomaly.kind) else { return Ok(()) };
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
        chart.x.at(chart.series.position(anomaly.opened_at) as f64) - 1.5,
        lane_middle(lane) - tall / 2.0,
        words::minute(&time::to_rfc3339(anomaly.opened_at)),
        Text(&anomaly.kind),
        words::severity(anomaly.family, anomaly.severity),
        anomaly.score,
        Text(&anomaly.message),
    )
}

/// A dot on the price itself, for anomalies of the price.
pub(super) fn dot(
    out: &mut String,
    chart: &Chart<'_>,
    (y, radius): (&Scale, f64),
    anomaly: &AnomalyRecord,
) -> fmt::Result {
    let lane = chart.kinds.iter().position(|kind| *kind == anomaly.kind);
    let place = chart.series.position(anomaly.opened_at);
    let Some((lane, bar)) =
        lane.zip(chart.series.bars.get(place)).filter(|_| anomaly.kind.starts_with("PRICE_"))
    else {
        return Ok(());
    };
    write!(
        out,
        "<circle class=\"dot {}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"/>",
        palette::class(lane),
        chart.x.at(place as f64),
        y.at(bar.close),
    )
}
