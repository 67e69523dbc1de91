//! What callers see of records. Both APIs show these types, so that an answer means the same in either.

mod action;
mod anomaly;
mod backtest;
mod block;
mod control;
mod dashboard;
mod decision;
mod ingested;
mod job;
mod key;
mod metrics;
mod notification;
mod plugin;
mod policy;
mod statistics;
mod system;

pub use action::{Action, ActionCount, ActionPerformance, ActionStats};
pub use anomaly::{Anomaly, AnomalyFamily, Disagreement};
pub use backtest::BacktestRun;
pub use block::{
    Block, BlockDayCount, BlockTypeCount, BlockchainStats, LedgerFault, LedgerHead, LedgerKey,
    LedgerVerification,
};
pub use control::{AutomationStatus, Control};
pub use dashboard::{
    ActionTally, Dashboard, DecisionTally, FamilyTally, NotificationTally, Realtime, SeverityTally,
};
pub use decision::{Decision, DecisionRevision, DecisionStats, ModelStats};
pub use ingested::{Ingested, LISTED, RejectedRow};
pub use job::{Job, JobFile, JobKind, JobResult, Upload};
pub use key::{ApiKey, CreatedKey};
pub use metrics::{Latency, Metrics};
pub use notification::{
    DeliveryRate, KindCount, Notification, NotificationPriorityCount, NotificationStats,
    NotificationStatusCount, Recipient,
};
pub use plugin::{Plugin, PluginSet, PluginState, PluginVersion, Reloaded};
pub use policy::{PolicyDryRun, PolicyFile, PolicyFlip, PolicySet, PolicyVersion};
pub use statistics::{
    AnomalyCount, AnomalyTypeCount, BehaviorStats, ConflictStats, SeverityCounts, SymbolCount,
};
pub use system::{Health, HealthCheck, HealthStatus, Version};
