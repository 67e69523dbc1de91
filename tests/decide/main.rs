//! From an anomaly to a recorded decision.

mod blocks;
mod facts;
mod intake;
mod pending;
mod reopening;
mod room;
mod taking;
