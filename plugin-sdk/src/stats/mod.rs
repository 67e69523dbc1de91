//! Streaming statistics.

pub mod ewma;
pub mod rolling_median;

mod order_tree;

pub use ewma::{Ewma, rows_to_forget};
pub use rolling_median::{Judged, RollingMedian};
