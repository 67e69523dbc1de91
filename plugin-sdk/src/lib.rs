//! Write Vyomo detectors, and the agent that decides about what they find.
//!
//! Implement [`MarketDetector`](market::MarketDetector), [`Algorithm`](algorithm::Algorithm) or
//! [`BehaviorDetector`](behavior::BehaviorDetector) for the state of *one* symbol or trader, then
//! [`export!`](crate::export) it. The SDK loops over the columns of a batch, keeps one state for each
//! stream, reads the settings and speaks the WIT contract in `wit/v0.1`. The same crate runs natively, so
//! `cargo test` needs no sandbox: see [`testing`].

/// Lets the SDK's own macros name the crate as plugins do.
extern crate self as plugin_sdk;

/// Values: bars, orders, panels.
pub mod types;

/// What a detector says.
pub mod finding;
pub mod score;

/// Settings as documented structs.
pub mod settings;

/// The three kinds of plugin, and the loops that drive them.
pub mod algorithm;
pub mod behavior;
pub mod market;

/// The agent, which judges what detectors found.
pub mod agent;

mod streams;

/// What a plugin says about itself.
pub mod manifest;

/// A trader's habits.
pub mod trader;

/// What plugins are made of.
pub mod indicators;
pub mod math;
pub mod stats;

pub mod dissent;
#[doc(hidden)]
pub mod export;
pub mod prelude;
pub mod testing;

/// Crates that the export macro names.
#[doc(hidden)]
pub mod reexport {
    pub use {schemars, serde, serde_json};
}
