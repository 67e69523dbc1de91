use async_graphql::InputObject;

use super::event::{Record, Topic};
use crate::{
    domain::{
        finding::Severity,
        vocabulary::{ActionType, AnomalyType, BlockType, DecisionType, NotificationPriority},
    },
    service::views::{Action, Anomaly, AnomalyFamily, Block, Decision, Notification},
};

/// What a subscriber wants to hear of.
#[derive(Clone, Debug)]
pub enum Interest {
    /// Some anomalies.
    Anomalies(AnomalyInterest),
    /// Some decisions.
    Decisions(DecisionInterest),
    /// Some actions.
    Actions(ActionInterest),
    /// Some notifications.
    Notifications(NotificationInterest),
    /// Some blocks.
    Blocks(BlockInterest),
}

/// Which anomalies; all where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "AnomalyEventFilter")]
pub struct AnomalyInterest {
    /// Of this family.
    pub family: Option<AnomalyFamily>,
    /// About this symbol.
    pub symbol: Option<String>,
    /// About this trader.
    pub user_id: Option<String>,
    /// Of this type.
    #[graphql(name = "type")]
    pub anomaly_type: Option<AnomalyType>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Of this severity or a higher one.
    pub min_severity: Option<Severity>,
}

/// Which decisions; all where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "DecisionEventFilter")]
pub struct DecisionInterest {
    /// To do this.
    pub decision: Option<DecisionType>,
    /// About anomalies of this family.
    pub family: Option<AnomalyFamily>,
}

/// Which actions; all where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "ActionEventFilter")]
pub struct ActionInterest {
    /// Of this type.
    #[graphql(name = "type")]
    pub action_type: Option<ActionType>,
    /// On this symbol, algorithm, trader, detector or anomaly.
    pub subject: Option<String>,
}

/// Which notifications; all where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "NotificationEventFilter")]
pub struct NotificationInterest {
    /// So urgent, or more.
    pub min_priority: Option<NotificationPriority>,
    /// Of this kind.
    pub kind: Option<String>,
}

/// Which blocks; all where nothing is said.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "BlockEventFilter")]
pub struct BlockInterest {
    /// Of this type.
    #[graphql(name = "type")]
    pub block_type: Option<BlockType>,
}

impl Interest {
    pub(super) const fn topic(&self) -> Topic {
        match self {
            Self::Anomalies(_) => Topic::Anomalies,
            Self::Decisions(_) => Topic::Decisions,
            Self::Actions(_) => Topic::Actions,
            Self::Notifications(_) => Topic::Notifications,
            Self::Blocks(_) => Topic::Blocks,
        }
    }

    pub(super) fn matches(&self, record: &Record) -> bool {
        match (self, record) {
            (Self::Anomalies(interest), Record::Anomaly(it)) => interest.matches(it),
            (Self::Decisions(interest), Record::Decision(it)) => interest.matches(it),
            (Self::Actions(interest), Record::Action(it)) => interest.matches(it),
            (Self::Notifications(interest), Record::Notification(it)) => interest.matches(it),
            (Self::Blocks(interest), Record::Block(it)) => interest.matches(it),
            _ => false,
        }
    }
}

/// Whether something is as wanted, where anything is.
fn is<T: PartialEq + ?Sized>(wanted: Option<&T>, it: Option<&T>) -> bool {
    wanted.is_none() || wanted == it
}

impl AnomalyInterest {
    fn matches(&self, it: &Anomaly) -> bool {
        is(self.symbol.as_deref(), it.symbol.as_deref())
            && is(self.user_id.as_deref(), it.user_id.as_deref())
            && is(self.family.as_ref(), Some(&it.family))
            && is(self.anomaly_type.as_ref(), Some(&it.anomaly_type))
            && is(self.severity.as_ref(), Some(&it.severity))
            && self.min_severity.is_none_or(|least| it.severity >= least)
    }
}

impl DecisionInterest {
    fn matches(&self, it: &Decision) -> bool {
        is(self.decision.as_ref(), Some(&it.decision)) && is(self.family.as_ref(), Some(&it.family))
    }
}

impl ActionInterest {
    fn matches(&self, it: &Action) -> bool {
        is(self.action_type.as_ref(), Some(&it.action_type)) && is(self.subject.as_ref(), Some(&it.subject))
    }
}

impl NotificationInterest {
    fn matches(&self, it: &Notification) -> bool {
        self.min_priority.is_none_or(|least| it.priority >= least) && is(self.kind.as_ref(), Some(&it.kind))
    }
}

impl BlockInterest {
    fn matches(&self, it: &Block) -> bool {
        is(self.block_type.as_ref(), Some(&it.block_type))
    }
}
