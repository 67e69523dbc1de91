//! Streaming statistics against their definitions, computed from scratch at every step.
#![expect(clippy::disallowed_methods, reason = "definitions to compare with, never compiled to wasm")]

mod change;
mod occupancy;
mod quantile_sketch;
mod random;
mod rolling_median;
mod rolling_summaries;
mod tail;
mod weighted;
