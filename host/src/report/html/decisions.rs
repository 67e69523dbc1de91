//! What was decided and done.

use std::fmt::{self, Write};

use super::{super::words, escape::Text};
use crate::backtest::result::{ActionCount, BacktestResult, DecisionSummary, Share};

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let Some(decided) = &result.decided else { return Ok(()) };
    write!(
        out,
        "<section><h2>Decisions and actions</h2><p class=\"lead\">Asked where the policies ask: {}. Mean confidence {}. \
         Actions are kept in memory: a backtest touches nothing.</p><div class=\"side\">",
        Text(&decided.agent),
        words::percent(decided.average_confidence, 1),
    )?;
    table(out, ["Decision", "Anomalies", "Share"], &decisions(decided))?;
    table(out, ["Against labels", "Share", "Of"], &quality(decided))?;
    table(out, ["Action", "Done", "Failed"], &actions(result))?;
    write!(out, "</div></section>")
}

fn decisions(decided: &DecisionSummary) -> Vec<[String; 3]> {
    let of = decided.fix + decided.keep + decided.review;
    [("FIX", decided.fix), ("KEEP", decided.keep), ("REVIEW", decided.review)]
        .map(|(name, count)| {
            [name.into(), words::count(count), words::percent(Share { count, of }.value(), 1)]
        })
        .into()
}

fn quality(decided: &DecisionSummary) -> Vec<[String; 3]> {
    let Some(quality) = decided.quality else { return Vec::new() };
    [
        ("True that end in FIX or REVIEW", quality.true_caught),
        ("True, HIGH and above, that end in FIX", quality.severe_fixed),
        ("False that end in FIX", quality.false_fixed),
        ("False that end in KEEP", quality.false_kept),
        ("All that end in REVIEW", quality.reviewed),
    ]
    .map(|(name, share)| [name.into(), words::percent(share.value(), 1), words::count(share.of)])
    .into()
}

fn actions(result: &BacktestResult) -> Vec<[String; 3]> {
    let row =
        |it: &ActionCount| [it.action_type.name().into(), words::count(it.actions), words::count(it.failed)];
    result.acted.iter().map(row).collect()
}

fn table(out: &mut String, head: [&str; 3], rows: &[[String; 3]]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    write!(
        out,
        "<table><thead><tr><th class=\"text\">{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
        head[0], head[1], head[2]
    )?;
    for [name, first, second] in rows {
        write!(out, "<tr><th>{}</th><td>{first}</td><td>{second}</td></tr>", Text(name))?;
    }
    write!(out, "</tbody></table>")
}
