//! Streaming statistics: finite memory, O(1) or O(log n) a value.
//!
//! Written here because nothing published fits: `watermill` keeps its window in a sorted vector (O(n) a push),
//! `indexset` is a tree of two levels that allocates, `rolling-stats` has no window, `sketches-ddsketch` does
//! not fade, and it and `statrs` call the standard logarithm, whose bits differ between native and sandbox.

/// What is usual, robustly: order statistics.
pub mod quantile_sketch;
pub mod rolling_median;

/// What is usual, by moments.
pub mod ewma;
pub mod rolling_extremes;
pub mod rolling_moments;
pub mod rolling_sum;

/// What is usual for a market, deaf to what is not, by time of day.
pub mod bounded_mean;
pub mod huber_level;
pub mod profile;
pub mod seasonal_level;
pub mod volatility;

/// Where a bar stands among its neighbours.
pub mod echo;
pub mod episode;
pub mod spacing;

/// When the usual changes.
pub mod cusum;
pub mod page_hinkley;

/// When and how often things happen.
pub mod circular_histogram;
pub mod event_rate;

/// How surprising something is.
pub mod tail;

mod blocks;
mod incomplete;
mod order_tree;
mod sum_tree;

pub use bounded_mean::BoundedMean;
pub use circular_histogram::CircularHistogram;
pub use cusum::{Cusum, Direction, Shift};
pub use echo::Echo;
pub use episode::Episode;
pub use event_rate::EventRate;
pub use ewma::{Ewma, rows_to_forget};
pub use huber_level::HuberLevel;
pub use page_hinkley::PageHinkley;
pub use profile::{Profile, Season};
pub use quantile_sketch::QuantileSketch;
pub use rolling_extremes::RollingExtremes;
pub use rolling_median::{Judged, RollingMedian};
pub use rolling_moments::RollingMoments;
pub use rolling_sum::RollingSum;
pub use seasonal_level::{Excess, SeasonalLevel};
pub use spacing::Spacing;
pub use tail::{ln_negative_binomial_tail, ln_normal_tail, ln_poisson_tail};
pub use volatility::{Move, Volatility};
