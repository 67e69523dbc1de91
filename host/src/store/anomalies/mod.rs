//! The three families of anomalies, and what they have in common.

mod any;
mod behavior;
mod clean_up;
mod conflict;
mod create;
mod extend;
mod mark;
mod market;
mod record;
mod reference;
mod statistics;

pub use any::{AnyAnomaly, Opened, create, get, of_any_family, opened_about_symbol, opened_of_trader};
pub use behavior::{BehaviorAnomaly, BehaviorFilter, behavior, find_behavior};
pub use clean_up::{CleanedUp, delete_older_than};
pub use conflict::{Conflict, ConflictFilter, conflict, find_conflicts};
pub use create::{create_behavior, create_conflicts, create_market};
pub use extend::{Extended, Later, extend};
pub use mark::mark;
pub use market::{MarketAnomaly, MarketFilter, find_market, market};
pub use reference::AnomalyRef;
pub use statistics::{
    behavior::{UserBehaviorStatistics, user_behavior_statistics},
    conflicts::{UserConflictStatistics, user_conflict_statistics},
    counts::{AnomalyCount, SeverityCounts, statistics},
};
