//! What was done about anomalies: `action_executions`.

mod clean_up;
mod create;
mod error;
mod find;
mod finish;
mod record;
mod rollback;
mod statistics;

pub use clean_up::{CleanedUp, delete_older_than};
pub use create::{Created, Done, NewAction, NewControl, create, create_finished};
pub use error::ActionError;
pub use find::{ActionFilter, failed, find, for_decisions, for_rollback, get, pending, recent};
pub use finish::{Finished, Outcome, finish};
pub use record::Action;
pub use rollback::{mark_rolled_back, rollback_failed};
pub use statistics::{ActionStatistics, Performance, SuccessRate, performance, statistics, success_rate};
