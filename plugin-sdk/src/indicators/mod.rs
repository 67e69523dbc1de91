//! Technical indicators that take one bar at a time.
//!
//! Each is O(1) a bar (amortised). `push` returns `None` while warming up. A bar with a missing (NaN)
//! input is skipped: `push` returns `None` and the state is as if the bar had not been. Seeds and
//! smoothing follow TA-Lib wherever it has the indicator, so values agree with it from the first one on.
//! A period of 0 is taken as 1.
//!
//! Exponential averages fade, they never forget: `memory` says after how many bars what came before
//! weighs less than a part in a billion, which is the warm-up a detector should declare. A detector that
//! keeps a plain window adds [`MISSING`] rows.

mod adx;
mod atr;
mod bollinger;
mod donchian;
mod ema;
mod extremes;
mod iv_regime;
mod lean;
mod macd;
mod obv;
mod oi_buildup;
mod opening_range;
mod rsi;
mod sma;
mod stochastic;
mod supertrend;
mod usual;
mod vwap;
mod wilder;
mod window;

pub use adx::{Adx, DirectionalMovement};
pub use atr::{Atr, TrueRange};
pub use bollinger::{Bands, Bollinger};
pub use donchian::{Channel, Donchian};
pub use ema::Ema;
pub use extremes::{RollingMax, RollingMin};
pub use iv_regime::IvRegime;
pub use lean::lean;
pub use macd::{Macd, MacdValue};
pub use obv::{Obv, SignedVolume};
pub use oi_buildup::{BuildUp, OiBuildUp, Quadrant};
pub use opening_range::OpeningRange;
pub use rsi::Rsi;
pub use sma::Sma;
pub use stochastic::{Stochastic, StochasticValue};
pub use supertrend::{Supertrend, SupertrendValue, Trend};
pub use usual::Usual;
pub use vwap::{Vwap, VwapValue};
pub use wilder::Wilder;

/// Rows to add to the warm-up of a window: bars with missing values are not shown to a detector, so its window
/// may reach back farther than its length. Enough for a feed that was down for a whole session of minutes.
pub const MISSING: usize = 390;
