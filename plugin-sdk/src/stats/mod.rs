//! Streaming statistics.

pub mod bounded_mean;
pub mod echo;
pub mod episode;
pub mod ewma;
pub mod huber_level;
pub mod profile;
pub mod rolling_median;
pub mod spacing;
pub mod volatility;

mod order_tree;

pub use bounded_mean::BoundedMean;
pub use echo::Echo;
pub use episode::Episode;
pub use ewma::{Ewma, rows_to_forget};
pub use huber_level::HuberLevel;
pub use profile::Profile;
pub use rolling_median::{Judged, RollingMedian};
pub use spacing::Spacing;
pub use volatility::{Move, Volatility};
