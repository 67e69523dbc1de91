//! How often each kind was right, beside the best that one threshold could do.

use std::fmt::{self, Write};

use super::{super::words, escape::Text};
use crate::{
    backtest::{baseline::Baseline, result::BacktestResult},
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
    let beside = |f1: &dyn Fn(&Baseline) -> Option<f64>| {
        result.baseline.as_ref().map_or(String::new(), |baseline| share(f1(baseline)))
    };
    for family in Family::ALL {
        let Some(of_family) = accuracy.families.iter().find(|it| it.family == family) else { continue };
        let mut kinds: Vec<&KindScore> = accuracy.kinds.iter().filter(|it| it.family == family).collect();
        kinds.sort_by_key(|it| words::place(&it.kind));
        for kind in kinds {
            let rival = beside(&|it| f1_of_kind(it, family, &kind.kind));
            row(out, "", &words::kind(&kind.kind), &kind.score, &rival)?;
        }
        let rival = beside(&|it| f1_of_family(it, family));
        row(out, " class=\"sum\"", &format!("All {}", family.name()), &of_family.score, &rival)?;
    }
    let rival = beside(&|it| it.total.f1);
    row(out, " class=\"total\"", "All", &accuracy.total, &rival)?;
    write!(out, "</tbody></table></div></section>")
}

fn f1_of_kind(baseline: &Baseline, family: Family, kind: &str) -> Option<f64> {
    baseline.kinds.iter().find(|it| it.family == family && it.kind == kind)?.score.f1
}

fn f1_of_family(baseline: &Baseline, family: Family) -> Option<f64> {
    baseline.families.iter().find(|it| it.family == family)?.score.f1
}

fn row(out: &mut String, class: &str, name: &str, score: &Score, beside: &str) -> fmt::Result {
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
    write!(out, "{beside}</tr>")
}

/// A share with a bar behind it.
fn share(share: Option<f64>) -> String {
    let width = 100.0 * share.unwrap_or(0.0);
    format!("<td class=\"share\" style=\"--share:{width:.0}%\">{}</td>", words::percent(share, 1))
}
