//! Whether an algorithm is in conflict with the rest of its panel.

use crate::{
    finding::Finding,
    types::{Panel, Signal},
};

/// The kind of a dissent.
pub const KIND: &str = "DISSENT";

/// The dissent of an algorithm, or `None` where it is at peace.
pub fn judge(_own: &Signal, _panel: &Panel<'_>) -> Option<Finding> {
    None
}
