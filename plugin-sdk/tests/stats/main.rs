//! Streaming statistics against their definitions, computed from scratch at every step.

mod change;
mod occupancy;
mod quantile_sketch;
mod random;
mod rolling_median;
mod rolling_summaries;
mod tail;
mod weighted;
