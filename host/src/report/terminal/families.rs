//! What each family found, kind by kind, beside what was there to be found.

use std::io::{self, Write};

use super::{
    super::{kinds, words},
    Page,
};
use crate::{
    backtest::result::{BacktestResult, Component, KindCount, Status},
    domain::family::Family,
    scoring::Score,
};

pub(super) fn print(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    for family in Family::ALL {
        let components: Vec<&Component> = result.components.iter().filter(|it| it.family == family).collect();
        if !components.is_empty() {
            page.heading(&heading(family, components.len()))?;
            print_family(result, family, page)?;
        }
    }
    Ok(())
}

fn heading(family: Family, components: usize) -> String {
    match family {
        Family::Market => format!("MARKET DETECTION ALGORITHMS ({components} components)"),
        Family::Conflict => format!("ALGORITHM CONFLICT DETECTION ({components} algorithms)"),
        Family::Behavior => format!("BEHAVIOR DETECTION ALGORITHMS ({components} patterns)"),
    }
}

fn print_family(result: &BacktestResult, family: Family, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let not_run = |it: &Component| matches!(it.status, Status::NotRun(_));
    if result.components.iter().filter(|it| it.family == family).all(not_run) {
        return writeln!(
            page.out,
            "{}",
            page.style.faint("None could run on this input; the notes say why.")
        );
    }
    let scored = result.accuracy.is_some();
    if scored {
        let head = columns(["Found", "True", "False", "Ignored", "Missed", "Precision", "Recall"]);
        writeln!(page.out, "{:<23}{}", "", page.style.faint(&head))?;
    }
    let kinds = kinds::of_family(result, family);
    if family == Family::Conflict {
        let total = kinds.iter().map(|it| it.anomalies).sum();
        row(page, "Total Conflicts:", total, family_score(result, family))?;
        return conflicts(result, page);
    }
    for kind in &kinds {
        let name = format!("{}:", words::kind(&kind.kind));
        match kinds::not_run(result, kind) {
            Some(component) => {
                let why = format!("not run ({} {})", component.name, why(&component.status));
                writeln!(page.out, "{name:<23}{}", page.style.faint(&why))?;
            }
            None => row(page, &name, kind.anomalies, kind_score(result, kind))?,
        }
    }
    let total = kinds.iter().map(|it| it.anomalies).sum();
    row(page, "TOTAL:", total, family_score(result, family))
}

fn row(page: &mut Page<'_, impl Write>, name: &str, found: u64, score: Option<&Score>) -> io::Result<()> {
    let found = words::count(found);
    let cells = match score {
        None => format!("{found:>7}"),
        Some(score) => columns([
            &found,
            &words::count(score.alerts_true),
            &words::count(score.alerts_false),
            &words::count(score.alerts_ignored),
            &words::count(score.labels_missed),
            &words::percent(score.precision, 1),
            &words::percent(score.recall, 1),
        ]),
    };
    let text = format!("{name:<23}{cells}");
    let text = if name == "TOTAL:" { page.style.strong(&text) } else { text };
    writeln!(page.out, "{text}")
}

fn columns(cells: [&str; 7]) -> String {
    let [found, right, wrong, ignored, missed, precision, recall] = cells;
    format!("{found:>7}{right:>7}{wrong:>7}{ignored:>9}{missed:>8}{precision:>11}{recall:>8}")
}

fn conflicts(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let conflicts = &result.summary.conflicts;
    for (name, number) in
        [("Critical", conflicts.critical), ("Warning", conflicts.warning), ("Minor", conflicts.minor)]
    {
        writeln!(page.out, "{:<23}{:>7}", format!("  - {name}:"), words::count(number))?;
    }
    let share = |percent: Option<f64>| words::percent(percent.map(|percent| percent / 100.0), 1);
    writeln!(page.out, "{:<23}{:>7}", "Avg Disagreement:", share(conflicts.average_disagreement))?;
    writeln!(page.out, "{:<23}{:>7}", "Avg Consensus:", share(conflicts.average_consensus))?;
    dissents(result, page)
}

/// How often each algorithm dissented and, with labels, how often rightly; two algorithms on a line.
fn dissents(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let algorithms: Vec<String> = result
        .components
        .iter()
        .filter(|it| it.family == Family::Conflict)
        .map(|it| {
            let scores = result.accuracy.iter().flat_map(|accuracy| &accuracy.dissents);
            let right = scores.filter(|score| score.algorithm == it.name).find_map(|score| score.precision);
            let right = right.map_or(String::new(), |right| words::percent(Some(right), 1));
            format!("  {:<23}{:>6}{right:>7}", it.name, words::count(it.findings))
        })
        .collect();
    let head = "Dissents, and share of them in a labelled conflict:";
    let head = if result.accuracy.is_some() { head } else { "Dissents:" };
    writeln!(page.out, "{}", page.style.faint(head))?;
    algorithms.chunks(2).try_for_each(|line| writeln!(page.out, "{}", line.concat().trim_end()))
}

/// One word on why a component said nothing; the notes have the rest.
const fn why(status: &Status) -> &'static str {
    match status {
        Status::Failed(_) => "failed",
        _ => "lacks input",
    }
}

fn kind_score<'a>(result: &'a BacktestResult, kind: &KindCount) -> Option<&'a Score> {
    let kinds = &result.accuracy.as_ref()?.kinds;
    kinds.iter().find(|it| it.family == kind.family && it.kind == kind.kind).map(|it| &it.score)
}

fn family_score(result: &BacktestResult, family: Family) -> Option<&Score> {
    let families = &result.accuracy.as_ref()?.families;
    families.iter().find(|it| it.family == family).map(|it| &it.score)
}
