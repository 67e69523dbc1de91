//! What comes in, and what is recorded about it.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
};

use uuid::Uuid;

use crate::store::{
    actions::Action,
    anomalies::{AnomalyRef, AnyAnomaly, Later},
    notifications::Notification,
    rows::{Rows, SkippedRow},
};

/// Rows that come in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Starts of hosts that must still hold what this is about.
    pub fences: BTreeSet<Uuid>,
    /// The rows, to be kept.
    pub rows: Rows,
}

/// What a batch of findings comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrivals {
    /// Rows that a detector could not take.
    pub skipped: Vec<SkippedRow>,
    /// New anomalies.
    pub opened: Vec<AnyAnomaly>,
    /// Later findings of anomalies on record.
    pub later: Vec<Later>,
}

impl Arrivals {
    /// Whether there is nothing to record.
    pub fn is_empty(&self) -> bool {
        self.skipped.is_empty() && self.opened.is_empty() && self.later.is_empty()
    }

    /// Adds others.
    pub fn extend(&mut self, others: Self) {
        self.skipped.extend(others.skipped);
        self.opened.extend(others.opened);
        self.later.extend(others.later);
    }
}

/// What was recorded about arrivals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// Anomalies that are new.
    pub anomalies: Vec<Uuid>,
    /// Decisions that were made, or made anew.
    pub decisions: Vec<DecisionTaken>,
    /// Actions, as far as they are.
    pub actions: Vec<Action>,
    /// Notifications.
    pub notifications: Vec<Notification>,
}

/// A decision that was made, or made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionTaken {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub anomaly: AnomalyRef,
    /// Whether it waits for the agent.
    pub is_pending: bool,
}

/// What became of arrivals that are committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// What was recorded about them.
    pub recorded: Recorded,
    /// Blocks of the change that they were part of.
    pub blocks: Range<u64>,
}

impl Recorded {
    /// What is about some of the anomalies.
    #[must_use]
    pub fn about(&self, anomalies: &HashSet<Uuid>) -> Self {
        let decisions: Vec<_> =
            self.decisions.iter().filter(|it| anomalies.contains(&it.anomaly.id())).copied().collect();
        let decided: HashSet<Uuid> = decisions.iter().map(|it| it.id).collect();
        let notified = |it: &&Notification| {
            let about = [it.market_anomaly_id, it.conflict_id, it.behavior_id];
            about.into_iter().flatten().any(|anomaly| anomalies.contains(&anomaly))
        };
        Self {
            anomalies: self.anomalies.iter().filter(|it| anomalies.contains(it)).copied().collect(),
            actions: self.actions.iter().filter(|it| decided.contains(&it.decision_id)).cloned().collect(),
            notifications: self.notifications.iter().filter(notified).cloned().collect(),
            decisions,
        }
    }
}
