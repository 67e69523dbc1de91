use std::sync::Arc;

use crate::{
    domain::vocabulary::BlockType,
    service::views::{Action, Anomaly, Block, Decision, Notification},
};

/// What subscribers hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Anomalies that were found.
    Anomalies,
    /// Decisions that were made, or made anew.
    Decisions,
    /// Actions that were executed, or rolled back.
    Actions,
    /// Notifications that were sent.
    Notifications,
    /// All blocks of the ledger.
    Blocks,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 5] =
        [Self::Anomalies, Self::Decisions, Self::Actions, Self::Notifications, Self::Blocks];

    /// The blocks by which something of the topic happens.
    pub const fn kinds(self) -> &'static [BlockType] {
        match self {
            Self::Anomalies => &[BlockType::AnomalyDetected],
            Self::Decisions => &[BlockType::DecisionMade, BlockType::DecisionRevised],
            Self::Actions => &[BlockType::ActionExecuted, BlockType::ActionRolledBack],
            // They are created first and sent later.
            Self::Notifications => &[BlockType::NotificationUpdated],
            Self::Blocks => BlockType::ALL,
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// The block by which it happened.
    pub block_number: u64,
    /// What it happened to, as that is by now.
    pub record: Record,
}

/// What something happened to.
#[derive(Clone, Debug)]
pub enum Record {
    /// An anomaly.
    Anomaly(Arc<Anomaly>),
    /// A decision.
    Decision(Arc<Decision>),
    /// An action.
    Action(Arc<Action>),
    /// A notification.
    Notification(Arc<Notification>),
    /// A block.
    Block(Arc<Block>),
}
