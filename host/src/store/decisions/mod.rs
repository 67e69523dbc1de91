//! What to do about anomalies: one current decision for each, and what it was before.

mod clean_up;
mod create;
mod detectors;
mod find;
mod models;
mod record;
mod revise;
mod statistics;

pub use clean_up::{CleanedUp, delete_older_than};
pub use create::{NewDecision, create_for_any, create_for_behavior, create_for_conflicts, create_for_market};
pub use detectors::{DetectorRecord, detector_record, detector_record_within};
pub use find::{DecisionFilter, find, for_review};
pub use models::{ModelPerformance, model_performance};
pub use record::{Answer, Decision, for_anomalies, get, lock_for_anomalies, of_ids};
pub use revise::{Override, Revision, decided_by_persons, overrule, reopen, revisions, revisions_of, settle};
pub use statistics::{DecisionStatistics, statistics};
