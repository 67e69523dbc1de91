//! What callers see of records. Both APIs show these types, so that an answer means the same in either.

mod anomaly;

pub use anomaly::{Anomaly, AnomalyFamily, Disagreement};
