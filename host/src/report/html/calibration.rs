//! Whether a score is the probability that it says.

use std::fmt::{self, Write};

use super::{super::words, curves, scale::Scale};
use crate::{backtest::result::BacktestResult, scoring::Bin};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 270.0;

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let Some(accuracy) = &result.accuracy else { return Ok(()) };
    let calibration = &accuracy.calibration;
    let x = Scale::new((0.0, 1.0), (38.0, WIDTH - 8.0));
    let y = Scale::new((0.0, 1.0), (HEIGHT - 34.0, 8.0));
    write!(
        out,
        "<section><h2>Calibration</h2><p class=\"lead\">Among anomalies of a score, how many are true; on the diagonal a score is the \
         probability that it says. Expected calibration error {:.3}.</p><div class=\"panels\"><figure>\
         <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Calibration\">",
        calibration.expected_calibration_error,
    )?;
    curves::axes(out, &x, &y, "score", "share of true")?;
    write!(
        out,
        "<path class=\"diagonal\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        x.at(0.0),
        y.at(0.0),
        x.at(1.0),
        y.at(1.0)
    )?;
    let bins: Vec<&Bin> = calibration.bins.iter().filter(|bin| bin.alerts > 0).collect();
    let most = bins.iter().map(|bin| bin.alerts).max().unwrap_or(1) as f64;
    for bin in &bins {
        let radius = 3.0 + 9.0 * (bin.alerts as f64 / most).sqrt();
        write!(
            out,
            "<circle class=\"c0 soft\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"><title>{}</title></circle>",
            x.at(bin.mean_score),
            y.at(bin.share_true),
            format_args!("{} anomalies, {:.0}% true", words::count(bin.alerts), 100.0 * bin.share_true),
        )?;
    }
    write!(
        out,
        "</svg></figure><table class=\"figures\"><thead><tr><th>Score</th><th>Anomalies</th><th>Mean score</th><th>True</th></tr></thead><tbody>",
    )?;
    for bin in bins {
        write!(
            out,
            "<tr><th>{:.1} to {:.1}</th><td>{}</td><td>{:.3}</td><td>{}</td></tr>",
            bin.from,
            bin.to,
            words::count(bin.alerts),
            bin.mean_score,
            words::percent(Some(bin.share_true), 1),
        )?;
    }
    write!(out, "</tbody></table></div></section>")
}
