//! Streaming statistics.

pub mod rolling_median;

mod order_tree;

pub use rolling_median::{Judged, RollingMedian};
