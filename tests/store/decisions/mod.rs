//! Decisions about anomalies.

mod clean_up;
mod creating;
mod detectors;
mod finding;
mod revising;
mod statistics;
