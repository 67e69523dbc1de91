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

pub mod case;
pub mod facts;
pub mod memory;
pub mod record;
