//! The families of detectors and the names of the algorithms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a detector looks at.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, sqlx::Type,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "family", rename_all = "UPPERCASE")]
pub enum Family {
    /// Bars of a symbol.
    Market,
    /// Signals of trading algorithms about a symbol.
    Conflict,
    /// Fills of a trader.
    Behavior,
}

impl Family {
    /// All families, in report order.
    pub const ALL: [Self; 3] = [Self::Market, Self::Conflict, Self::Behavior];

    /// As in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Conflict => "conflict",
            Self::Behavior => "behavior",
        }
    }

    /// The family of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }
}

/// The seats of a panel: the 13 trading algorithms, in a fixed order.
pub const ALGORITHMS: [&str; 13] = [
    "ema-crossover",
    "macd",
    "rsi-reversal",
    "bollinger-reversion",
    "supertrend",
    "vwap-reversion",
    "donchian-breakout",
    "opening-range-breakout",
    "stochastic-oscillator",
    "adx-trend",
    "on-balance-volume",
    "oi-buildup",
    "iv-regime",
];

/// The seat of an algorithm.
pub fn seat(algorithm: &str) -> Option<usize> {
    ALGORITHMS.iter().position(|name| *name == algorithm)
}

/// The detector under whose name folded panels are reported.
pub const CONFLICT_PANEL: &str = "conflict-panel";

/// The kind of a folded panel.
pub const ALGORITHM_CONFLICT: &str = "ALGORITHM_CONFLICT";
