//! Actions as people and programs read them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    domain::vocabulary::{ActionStatus, ActionType, SubjectType},
    store::actions::Action,
};

/// What was done about one anomaly. In a backtest nothing outside is touched: controls are kept in memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActionRecord {
    /// About which anomaly: its place among `anomalies`, counted from 0.
    pub anomaly: u64,
    /// Which revision of the decision asked for it.
    pub revision: u32,
    /// What is done.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// What kind of thing it is done to.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How.
    pub parameters: Value,
    /// How it ended.
    pub status: ActionStatus,
    /// What would undo it; null where nothing can.
    pub compensation: Option<Value>,
    /// Why it failed; null where it did not.
    pub error: Option<String>,
}

impl ActionRecord {
    /// An action about an anomaly, which a revision of its decision asked for.
    pub fn new(anomaly: u64, revision: u32, action: Action) -> Self {
        // Ids mean nothing here: places do.
        let subject = match action.subject_type {
            SubjectType::Anomaly => anomaly.to_string(),
            _ => action.subject,
        };
        Self {
            anomaly,
            revision,
            action_type: action.action_type,
            subject_type: action.subject_type,
            subject,
            parameters: action.parameters,
            status: action.status,
            compensation: action.compensation,
            error: action.error,
        }
    }
}

/// Actions of one type in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionCount {
    /// What was done.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// How often.
    pub actions: u64,
    /// How often it failed.
    pub failed: u64,
}

impl ActionCount {
    /// Counts actions by type, those that there were.
    pub fn tally(actions: &[ActionRecord]) -> Vec<Self> {
        let of_type = |action_type| {
            let of_type = || actions.iter().filter(move |it| it.action_type == action_type);
            let failed = of_type().filter(|it| it.status == ActionStatus::Failed).count() as u64;
            Self { action_type, actions: of_type().count() as u64, failed }
        };
        ActionType::ALL.iter().map(|&it| of_type(it)).filter(|count| count.actions > 0).collect()
    }
}
