//! What was decided and done.

use std::io::{self, Write};

use super::{super::words, Page};
use crate::backtest::result::{BacktestResult, DecisionQuality, DecisionSummary, Share};

pub(super) fn print(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let Some(decided) = &result.decided else { return Ok(()) };
    page.heading(&format!("AI DECISION AGENT ({})", decided.agent))?;
    shares(decided, page)?;
    page.line("Avg Confidence", &words::percent(decided.average_confidence, 1))?;
    latency("Avg Latency", result.performance.timings.decision_milliseconds.map(|it| it.mean), page)?;
    page.line("Decided By", &deciders(decided))?;
    if let Some(quality) = decided.quality.as_ref().filter(|_| result.accuracy.is_some()) {
        against_labels(quality, page)?;
    }
    actions(result, page)
}

fn shares(decided: &DecisionSummary, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let of = decided.fix + decided.keep + decided.review;
    for (name, count) in [
        ("Fix Decisions", decided.fix),
        ("Keep Decisions", decided.keep),
        ("Review Decisions", decided.review),
    ] {
        page.line(name, &share(Share { count, of }))?;
    }
    Ok(())
}

fn deciders(decided: &DecisionSummary) -> String {
    let counts =
        [("policy", decided.by_policy), ("model", decided.by_model), ("scorecard", decided.by_scorecard)];
    let said = counts.into_iter().filter(|(_, count)| *count > 0);
    said.map(|(who, count)| format!("{who} {}", words::count(count))).collect::<Vec<_>>().join(", ")
}

fn against_labels(quality: &DecisionQuality, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    page.line("True, Fix or Review", &share_of(quality.true_caught))?;
    page.line("True and Severe, Fix", &share_of(quality.severe_fixed))?;
    page.line("False, Fix", &share_of(quality.false_fixed))?;
    page.line("False, Keep", &share_of(quality.false_kept))?;
    page.line("Left to Review", &share_of(quality.reviewed))
}

fn actions(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    page.heading("ACTIONS (kept in memory: a backtest touches nothing)")?;
    for count in &result.acted {
        let failed =
            if count.failed > 0 { format!(", {} failed", words::count(count.failed)) } else { String::new() };
        page.line(
            &words::kind(count.action_type.name()),
            &format!("{}{failed}", words::count(count.actions)),
        )?;
    }
    page.line("Total Actions", &words::count(result.summary.actions))?;
    latency("Avg Execution Time", result.performance.timings.action_milliseconds.map(|it| it.mean), page)
}

fn latency(name: &str, milliseconds: Option<f64>, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    milliseconds.map_or(Ok(()), |milliseconds| page.line(name, &format!("{milliseconds:.3} ms")))
}

/// `75 (40.1%)`
fn share(share: Share) -> String {
    format!("{} ({})", words::count(share.count), words::percent(share.value(), 1))
}

/// `97.5% of 40`
fn share_of(share: Share) -> String {
    format!("{} of {}", words::percent(share.value(), 1), words::count(share.of))
}
