//! What nearly every plugin uses: `use plugin_sdk::prelude::*;`

pub use crate::{
    algorithm::Algorithm,
    behavior::BehaviorDetector,
    export,
    finding::Finding,
    market::MarketDetector,
    math,
    score::Score,
    settings,
    settings::{NoSettings, Settings},
    types::{Bar, Column, FillColumn, Order, Panel, Side, Signal, Vote, WarmUp},
};
