//! Which colour stands for what. The colours themselves are in the style sheet, for light and dark.

use crate::domain::family::Family;

/// Colours there are: classes `c0` to `c7`.
const COLOURS: usize = 8;

/// The colour class of the kind at that place among the kinds of a chart.
pub(super) fn class(place: usize) -> String {
    format!("c{}", place % COLOURS)
}

/// The colour class of a family.
pub(super) const fn family(family: Family) -> &'static str {
    match family {
        Family::Market => "c0",
        Family::Conflict => "c2",
        Family::Behavior => "c4",
    }
}
