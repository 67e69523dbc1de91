//! Values that every stage shares. No I/O.

pub mod anomaly;
pub mod anonymous;
pub mod case;
pub mod clock_time;
pub mod family;
pub mod finding;
pub mod ids;
pub mod judgement;
pub mod label;
pub mod names;
pub mod panel;
pub mod power;
pub mod random;
pub mod rfc3339;
pub mod rows;
pub mod scope;
pub mod time;
pub mod vocabulary;
