//! The three families of anomalies, and what they have in common.

pub mod market;
