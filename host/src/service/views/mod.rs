//! What callers see of records. Both APIs show these types, so that an answer means the same in either.

mod action;
mod anomaly;
mod decision;
mod notification;
mod statistics;

pub use action::{Action, ActionCount, ActionPerformance, ActionStats};
pub use anomaly::{Anomaly, AnomalyFamily, Disagreement};
pub use decision::{Decision, DecisionRevision, DecisionStats, ModelStats};
pub use notification::{
    DeliveryRate, KindCount, Notification, NotificationPriorityCount, NotificationStats,
    NotificationStatusCount, Recipient,
};
pub use statistics::{
    AnomalyCount, AnomalyTypeCount, BehaviorStats, ConflictStats, SeverityCounts, SymbolCount,
};
