//! Anomalies against labels, by event and never point-adjusted.
//!
//! An anomaly is true if any of its findings lies in a label of its family, subject and kind (behavior: until
//! an hour after the end); ignored if it is not true and all of its findings lie in ignore stretches; else
//! false. A label is found if an anomaly has a finding in it. Rows are judged apart from events.

mod accuracy;
mod calibration;
mod coverage;
mod curve;
mod dissent;
pub mod findings_file;
mod interval;
mod rows;
mod score;
mod tally;
mod truth;

pub use accuracy::{
    Accuracy, Bin, Calibration, Curve, DetectorScore, DissentScore, FamilyScore, KindScore, NotScored, Point,
    RowAccuracy, Score,
};
pub use coverage::{Coverage, Emitter};
pub use rows::RowTimes;
pub use score::{Evidence, score};
pub use truth::{BEHAVIOR_GRACE, Truth, truths};

#[cfg(test)]
mod tests;
