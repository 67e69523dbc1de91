//! Anomalies of the three families.

mod clean_up;
mod creating;
mod extending;
mod finding;
mod marking;
mod statistics;
