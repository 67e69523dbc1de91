//! The anomalies as a table that can be sorted and filtered.

use std::fmt::{self, Write};

use super::{super::words, escape::Text, series::Series, spark};
use crate::{
    backtest::result::{AnomalyRecord, BacktestResult, DecisionRecord},
    domain::{family::Family, time},
    scoring::Truth,
};

/// Rows of the table: the surest ones.
const ROWS: usize = 1_000;

/// The anchor of an anomaly, by its place in the result.
pub(super) fn row_id(number: usize) -> String {
    format!("a{number}")
}

pub(super) fn write(out: &mut String, result: &BacktestResult, series: &[Series<'_>]) -> fmt::Result {
    let mut shown: Vec<(usize, &AnomalyRecord)> = result.anomalies.iter().enumerate().collect();
    shown.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    shown.truncate(ROWS);
    shown.sort_by_key(|(number, _)| *number);
    let all = words::count(result.anomalies.len() as u64);
    let note = if shown.len() < result.anomalies.len() {
        format!("The {} surest of {all}; result.json has all.", words::count(ROWS as u64))
    } else {
        format!("All {all}.")
    };
    write!(
        out,
        "<section><h2>Anomalies</h2><p class=\"lead\">{note} Times are UTC. The drawing shows the 45 bars before and the 15 after.</p>",
    )?;
    filters(out, result)?;
    write!(
        out,
        "<div class=\"scroll tall\"><table id=\"anomalies\" class=\"rows\"><thead><tr>{}{}<th>Around it</th><th>What</th></tr></thead><tbody>",
        ["Time", "Kind", "Subject", "Severity", "Score", "Observed", "Expected"]
            .map(|name| format!("<th><button type=\"button\">{name}</button></th>"))
            .concat(),
        [("Label", result.accuracy.is_some()), ("Decision", !result.decisions.is_empty())]
            .map(|(name, there)| if there {
                format!("<th><button type=\"button\">{name}</button></th>")
            } else {
                String::new()
            })
            .concat(),
    )?;
    for (number, anomaly) in shown {
        let decision = result.decisions.get(number);
        row(out, series, number, anomaly, result.accuracy.is_some(), decision)?;
    }
    write!(out, "</tbody></table></div><p id=\"shown\" class=\"lead\"></p></section>")
}

fn filters(out: &mut String, result: &BacktestResult) -> fmt::Result {
    write!(
        out,
        "<form class=\"filters\" id=\"filters\"><input type=\"search\" name=\"text\" placeholder=\"Search\" aria-label=\"Search\">\
         <select name=\"family\" aria-label=\"Family\"><option value=\"\">All families</option>",
    )?;
    for family in Family::ALL {
        write!(out, "<option>{}</option>", family.name())?;
    }
    write!(out, "</select>")?;
    if result.accuracy.is_some() {
        write!(
            out,
            "<select name=\"truth\" aria-label=\"Label\"><option value=\"\">True and false</option>\
             <option>true</option><option>false</option><option>ignored</option></select>",
        )?;
    }
    write!(out, "</form>")
}

fn row(
    out: &mut String,
    series: &[Series<'_>],
    number: usize,
    anomaly: &AnomalyRecord,
    labelled: bool,
    decision: Option<&DecisionRecord>,
) -> fmt::Result {
    let truth = truth(anomaly);
    let when = time::to_rfc3339(anomaly.opened_at);
    write!(
        out,
        "<tr id=\"{}\" data-family=\"{}\" data-truth=\"{truth}\"><td data-v=\"{}\">{}</td><td>{}</td><td>{}</td>\
         <td data-v=\"{}\"><span class=\"severity s{}\">{}</span></td><td data-v=\"{:.4}\">{:.2}</td><td{}>{}</td><td{}>{}</td>",
        row_id(number),
        anomaly.family.name(),
        anomaly.opened_at,
        when.get(..19).unwrap_or(&when).replace('T', " "),
        Text(&anomaly.kind),
        Text(&anomaly.subject),
        anomaly.severity as u8,
        anomaly.severity as u8,
        words::severity(anomaly.family, anomaly.severity),
        anomaly.score,
        anomaly.score,
        sort_key(anomaly.observed),
        words::number(anomaly.observed),
        sort_key(anomaly.expected),
        words::number(anomaly.expected),
    )?;
    if labelled {
        write!(out, "<td class=\"{truth}\">{truth}</td>")?;
    }
    if let Some(decision) = decision {
        write!(
            out,
            "<td class=\"{0}\" title=\"{1}\">{0}</td>",
            decision.decision.name(),
            Text(&decision.reason)
        )?;
    }
    write!(out, "<td>")?;
    spark::write(out, series, anomaly)?;
    write!(out, "</td><td class=\"what\">{}</td></tr>", Text(&anomaly.message))
}

fn sort_key(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!(" data-v=\"{value}\""))
}

const fn truth(anomaly: &AnomalyRecord) -> &'static str {
    match anomaly.truth {
        Some(Truth::True) => "true",
        Some(Truth::False) => "false",
        Some(Truth::Ignored) => "ignored",
        None => "",
    }
}
