//! What nearly every plugin uses: `use plugin_sdk::prelude::*;`

pub use schemars::{self, JsonSchema};
pub use serde::{self, Deserialize};

pub use crate::{
    algorithm::Algorithm,
    behavior::BehaviorDetector,
    export,
    finding::Finding,
    market::MarketDetector,
    math,
    score::Score,
    settings::{NoSettings, Settings},
    types::{Bar, Column, FillColumn, Order, Panel, Side, Signal, Vote, WarmUp},
};
