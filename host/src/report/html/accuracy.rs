//! How often each kind was right, beside the best that one threshold could do.

use std::fmt::{self, Write};

use super::{super::words, escape::Text};
use crate::{
    backtest::result::BacktestResult,
    domain::family::Family,
    scoring::{KindScore, Score},
};

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let Some(accuracy) = &result.accuracy else { return Ok(()) };
    let rival = result.baseline.is_some();
    write!(
        out,
        "<section><h2>Accuracy by kind</h2><p class=\"lead\">By event: an anomaly is true if one of its findings lies in a label; \
         recall counts labels. {} of {} rows outside what nobody can say are right.{}</p><div class=\"scroll\"><table class=\"figures\"><thead><tr>\
         <th>Kind</th><th>Found</th><th>True</th><th>False</th><th>Missed</th><th>Precision</th><th>Recall</th><th>F1</th>{}</tr></thead><tbody>",
        words::count(accuracy.rows.right),
        words::count(accuracy.rows.rows),
        if rival {
            " The z-score has one threshold for all kinds, chosen with the labels in sight."
        } else {
            ""
        },
        if rival { "<th>z-score F1</th>" } else { "" },
    )?;
    for family in Family::ALL {
        let Some(of_family) = accuracy.families.iter().find(|it| it.family == family) else { continue };
        let of = |kinds: &[KindScore], kind: &str| {
            kinds.iter().find(|it| it.family == family && it.kind == kind).and_then(|it| it.score.f1)
        };
        for kind in accuracy.kinds.iter().filter(|it| it.family == family) {
            let beside = result.baseline.as_ref().map(|it| of(&it.kinds, &kind.kind));
            row(out, "", &words::kind(&kind.kind), &kind.score, beside)?;
        }
        let beside = result
            .baseline
            .as_ref()
            .map(|it| it.families.iter().find(|it| it.family == family).and_then(|it| it.score.f1));
        row(out, " class=\"sum\"", &format!("All {}", family.name()), &of_family.score, beside)?;
    }
    row(out, " class=\"total\"", "All", &accuracy.total, result.baseline.as_ref().map(|it| it.total.f1))?;
    write!(out, "</tbody></table></div></section>")
}

fn row(out: &mut String, class: &str, name: &str, score: &Score, beside: Option<Option<f64>>) -> fmt::Result {
    write!(
        out,
        "<tr{class}><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>{}{}{}",
        Text(name),
        words::count(score.alerts_true + score.alerts_false + score.alerts_ignored),
        words::count(score.alerts_true),
        words::count(score.alerts_false),
        words::count(score.labels_missed),
        share(score.precision),
        share(score.recall),
        share(score.f1),
    )?;
    if let Some(beside) = beside {
        write!(out, "{}", share(beside))?;
    }
    write!(out, "</tr>")
}

/// A share with a bar behind it.
fn share(share: Option<f64>) -> String {
    let width = 100.0 * share.unwrap_or(0.0);
    format!("<td class=\"share\" style=\"--share:{width:.0}%\">{}</td>", words::percent(share, 1))
}
