//! Precision against recall for each detector, as the score from which anomalies count goes from 1 to 0.

use std::fmt::{self, Write};

use super::{escape::Text, palette, scale::Scale};
use crate::{backtest::result::BacktestResult, domain::family::Family, scoring::Curve};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 270.0;

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let Some(accuracy) = &result.accuracy else { return Ok(()) };
    write!(
        out,
        "<section><h2>Precision and recall by detector</h2><p class=\"lead\">Each curve follows one detector as the score from which \
         its anomalies count goes down; the dot is where all of them count.</p><div class=\"panels\">",
    )?;
    for family in Family::ALL {
        let curves: Vec<&Curve> = accuracy
            .curves
            .iter()
            .filter(|curve| !curve.points.is_empty() && curve.family == family)
            .collect();
        if !curves.is_empty() {
            panel(out, family, &curves)?;
        }
    }
    write!(out, "</div></section>")
}

fn panel(out: &mut String, family: Family, curves: &[&Curve]) -> fmt::Result {
    let x = Scale::new((0.0, 1.0), (38.0, WIDTH - 8.0));
    let y = Scale::new((0.0, 1.0), (HEIGHT - 34.0, 8.0));
    write!(
        out,
        "<figure><figcaption>{}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Precision and recall\">",
        family.name(),
    )?;
    axes(out, &x, &y, "recall", "precision")?;
    for (number, curve) in curves.iter().enumerate() {
        line(out, &x, &y, &palette::class(number), curve)?;
    }
    write!(out, "</svg><ul class=\"keys\">")?;
    for (number, curve) in curves.iter().enumerate() {
        write!(
            out,
            "<li><span class=\"key {}\"></span>{}</li>",
            palette::class(number),
            Text(&curve.detector)
        )?;
    }
    write!(out, "</ul></figure>")
}

/// Grid and names of a square from 0 to 1.
pub(super) fn axes(out: &mut String, x: &Scale, y: &Scale, across: &str, up: &str) -> fmt::Result {
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (left, top) = (x.at(tick), y.at(tick));
        write!(
            out,
            "<path class=\"grid\" d=\"M{left:.1} {:.1}V{:.1}M{:.1} {top:.1}H{:.1}\"/>\
             <text class=\"middle\" x=\"{left:.1}\" y=\"{:.1}\">{tick}</text><text class=\"name\" x=\"{:.1}\" y=\"{:.1}\">{tick}</text>",
            y.at(0.0),
            y.at(1.0),
            x.at(0.0),
            x.at(1.0),
            y.at(0.0) + 15.0,
            x.at(0.0) - 5.0,
            top + 4.0,
        )?;
    }
    write!(
        out,
        "<text class=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{across}</text><text class=\"middle\" transform=\"translate(9 {:.1}) rotate(-90)\">{up}</text>",
        x.at(0.5),
        y.at(0.0) + 30.0,
        y.at(0.5),
    )
}

fn line(out: &mut String, x: &Scale, y: &Scale, class: &str, curve: &Curve) -> fmt::Result {
    write!(out, "<path class=\"line {class}\" d=\"")?;
    let mut pen = 'M';
    for point in &curve.points {
        write!(out, "{pen}{:.1} {:.1}", x.at(point.recall), y.at(point.precision))?;
        pen = 'L';
    }
    write!(out, "\"><title>{}</title></path>", Text(&curve.detector))?;
    curve.points.last().map_or(Ok(()), |point| {
        write!(
            out,
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>{}: precision {:.3}, recall {:.3}</title></circle>",
            x.at(point.recall),
            y.at(point.precision),
            Text(&curve.detector),
            point.precision,
            point.recall,
        )
    })
}
