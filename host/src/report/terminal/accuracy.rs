//! How often we were right, beside the best that one threshold could do.

use std::io::{self, Write};

use super::{super::words, Page};
use crate::{
    backtest::result::BacktestResult,
    domain::family::Family,
    scoring::{Accuracy, Score},
};

/// Recall and false positive rate that the platform promises on its own data.
const ENOUGH_RECALL: f64 = 0.9;
const TOLERABLE_FALSE: f64 = 0.05;

/// Calibration error that still counts as calibrated.
const TOLERABLE_CALIBRATION: f64 = 0.1;

pub(super) fn print(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let Some(accuracy) = &result.accuracy else {
        return Ok(());
    };
    page.heading("ACCURACY METRICS")?;
    let total = &accuracy.total;
    page.line("True Positives", &format!("{:>7} anomalies", words::count(total.alerts_true)))?;
    page.line("False Positives", &format!("{:>7} anomalies", words::count(total.alerts_false)))?;
    page.line("True Negatives", &format!("{:>7} rows", words::count(accuracy.rows.true_negatives)))?;
    page.line("False Negatives", &format!("{:>7} labels", words::count(total.labels_missed)))?;
    shares(accuracy, page)?;
    details(accuracy, page)?;
    baseline(result, accuracy, page)
}

fn shares(accuracy: &Accuracy, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let total = &accuracy.total;
    let false_rate = total.false_positive_rate();
    let mark = |text: String, good: bool, page: &Page<'_, _>| {
        if good { page.style.good(&text) } else { page.style.warning(&text) }
    };
    let between = |interval: Option<[f64; 2]>| {
        interval.map_or(String::new(), |[low, high]| {
            format!("   95% interval {:.1}% to {:.1}%", 100.0 * low, 100.0 * high)
        })
    };
    let cell = |share| format!("{:>7}", words::percent(share, 2));
    page.line("Precision", &(cell(total.precision) + between(total.precision_interval).as_str()))?;
    let recall = mark(cell(total.recall), total.recall.is_some_and(|it| it >= ENOUGH_RECALL), page);
    page.line("Recall", &(recall + between(total.recall_interval).as_str()))?;
    page.line("F1 Score", &page.style.strong(&cell(total.f1)))?;
    let false_rate = mark(cell(false_rate), false_rate.is_some_and(|it| it < TOLERABLE_FALSE), page);
    page.line("False Positive Rate", &(false_rate + "   of anomalies (1 - precision)"))?;
    page.line("Overall Accuracy", &(cell(accuracy.rows.accuracy()) + "   of rows"))
}

fn details(accuracy: &Accuracy, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let error = accuracy.calibration.expected_calibration_error;
    let text = format!("{error:>7.3}");
    let text = if error <= TOLERABLE_CALIBRATION { page.style.good(&text) } else { page.style.bad(&text) };
    page.line("Calibration Error", &(text + "   between score and share of true (ECE)"))?;
    if let Some(rate) = accuracy.rows.anomalies_per_1000_rows {
        page.line("Anomalies per 1,000", &format!("{rate:>7.2}   rows"))?;
    }
    if let Some(delay) = accuracy.total.median_delay_seconds {
        page.line("Median Delay", &format!("{:>7}   from start to first finding", words::duration(delay)))?;
    }
    Ok(())
}

fn baseline(result: &BacktestResult, accuracy: &Accuracy, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let Some(baseline) = &result.baseline else {
        return Ok(());
    };
    let line = |name: &str, score: &Score| {
        let [precision, recall, f1] =
            [score.precision, score.recall, score.f1].map(|share| words::percent(share, 2));
        format!("{name:<44}{precision:>12}{recall:>12}{f1:>12}")
    };
    let head = format!("{:<44}{:>12}{:>12}{:>12}", "", "Precision", "Recall", "F1");
    writeln!(page.out, "\n{}", page.style.faint(&head))?;
    let market = accuracy.families.iter().find(|it| it.family == Family::Market);
    writeln!(page.out, "{}", page.style.strong(&line("These components", &accuracy.total)))?;
    writeln!(page.out, "{}", line("Rolling z-score, best single threshold", &baseline.total))?;
    if let Some((ours, theirs)) = market.zip(baseline.market.as_ref()) {
        writeln!(page.out, "{}", line("These components, market alone", &ours.score))?;
        writeln!(page.out, "{}", line("Rolling z-score tuned to market alone", theirs))?;
    }
    Ok(())
}
