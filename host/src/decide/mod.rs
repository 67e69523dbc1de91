//! From an anomaly to a judgement: the one path that backtest and live use share.
//!
//! ```text
//! anomaly --> case <-- facts (memory of a run, or the store)
//!              |
//!            judge: triage -> agent, if asked -> resolve
//!              |
//!            guard: cap and kill switch
//!              |
//!            decision, actions, notifications
//! ```

mod anew;
mod arrivals;
pub mod case;
pub mod desk;
pub mod facts;
pub mod intake;
pub mod judge;
mod lane;
mod look;
pub mod memory;
pub mod outcome;
pub mod pending;
pub mod record;
pub mod replay;
mod request;
mod taker;
