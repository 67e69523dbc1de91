//! A sweep over two settings as a heat map.

use std::fmt::{self, Write};

use super::{super::words, escape::Text};

/// Values over a grid of two settings.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What the values are, for instance `F1, out of sample`.
    pub value: String,
    /// Setting along the columns.
    pub x: String,
    /// Its values, in order.
    pub x_values: Vec<f64>,
    /// Setting along the rows; empty if only one was swept.
    pub y: String,
    /// Its values, in order; one if only one setting was swept.
    pub y_values: Vec<f64>,
    /// Rows of values, one for each of `y_values`; `None` where nothing could be measured.
    pub cells: Vec<Vec<Option<f64>>>,
}

pub(super) fn write(out: &mut String, map: &HeatMap) -> fmt::Result {
    let known = || map.cells.iter().flatten().flatten().copied().filter(|value| value.is_finite());
    let (low, high) = known()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    write!(
        out,
        "<section><h2>Parameter sweep</h2><p class=\"lead\">{} by {}{}{}. The best cell has a frame.</p>\
         <div class=\"scroll\"><table class=\"heat\"><thead><tr><th></th>",
        Text(&map.value),
        Text(&map.x),
        if map.y.is_empty() { "" } else { " (across) and " },
        Text(&map.y),
    )?;
    for x in &map.x_values {
        write!(out, "<th>{}</th>", words::number(Some(*x)))?;
    }
    write!(out, "</tr></thead><tbody>")?;
    for (y, row) in map.y_values.iter().zip(&map.cells) {
        let label = if map.y.is_empty() { String::new() } else { words::number(Some(*y)) };
        write!(out, "<tr><th>{label}</th>")?;
        for value in row {
            match value.filter(|value| value.is_finite()) {
                None => write!(out, "<td>-</td>")?,
                Some(value) => {
                    let warmth = if high > low { (value - low) / (high - low) } else { 1.0 };
                    let best = if value >= high { " class=\"best\"" } else { "" };
                    write!(out, "<td{best} style=\"--warmth:{:.0}%\">{value:.3}</td>", 8.0 + 82.0 * warmth)?;
                }
            }
        }
        write!(out, "</tr>")?;
    }
    write!(out, "</tbody></table></div></section>")
}
