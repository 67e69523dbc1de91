//! What an export leaves out, in the words of its list.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    domain::{
        finding::Severity,
        time::Timestamp,
        vocabulary::{
            ActionStatus, ActionType, AnomalyType, BlockType, DecidedBy, DecisionStatus, DecisionType,
            SubjectType,
        },
    },
    service::{Result, ServiceError, anomalies::AnomalyFilter, views::AnomalyFamily},
    store::{actions::ActionFilter, blocks::BlockFilter, decisions::DecisionFilter, page::Period},
};

/// Reads what is given in terms of a list.
///
/// # Errors
///
/// [`ServiceError::Invalid`] if the list does not know a term, or cannot take its value.
pub(super) fn read<T: DeserializeOwned>(filter: &Map<String, Value>) -> Result<T> {
    let read = serde_json::from_value(Value::Object(filter.clone()));
    read.map_err(|error| ServiceError::invalid("filter", error.to_string()))
}

/// Terms of anomalies.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Anomalies {
    family: Option<AnomalyFamily>,
    symbol: Option<String>,
    user_id: Option<String>,
    r#type: Option<AnomalyType>,
    severity: Option<Severity>,
    is_real: Option<bool>,
    start_date: Option<Timestamp>,
    end_date: Option<Timestamp>,
}

impl From<Anomalies> for AnomalyFilter {
    fn from(terms: Anomalies) -> Self {
        Self {
            family: terms.family,
            symbol: terms.symbol,
            user_id: terms.user_id,
            anomaly_type: terms.r#type,
            severity: terms.severity,
            opened: Period { from: terms.start_date, until: terms.end_date },
            is_real: terms.is_real,
        }
    }
}

/// Terms of decisions.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Decisions {
    decision: Option<DecisionType>,
    status: Option<DecisionStatus>,
    decided_by: Option<DecidedBy>,
    provider: Option<String>,
    min_confidence: Option<f64>,
    max_confidence: Option<f64>,
    start_date: Option<Timestamp>,
    end_date: Option<Timestamp>,
}

impl From<Decisions> for DecisionFilter {
    fn from(terms: Decisions) -> Self {
        Self {
            decision: terms.decision,
            status: terms.status,
            decided_by: terms.decided_by,
            provider: terms.provider,
            min_confidence: terms.min_confidence,
            max_confidence: terms.max_confidence,
            decided: Period { from: terms.start_date, until: terms.end_date },
        }
    }
}

/// Terms of actions.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Actions {
    r#type: Option<ActionType>,
    status: Option<ActionStatus>,
    subject_type: Option<SubjectType>,
    subject: Option<String>,
    start_date: Option<Timestamp>,
    end_date: Option<Timestamp>,
}

impl From<Actions> for ActionFilter {
    fn from(terms: Actions) -> Self {
        Self {
            action_type: terms.r#type,
            status: terms.status,
            subject_type: terms.subject_type,
            subject: terms.subject,
            requested: Period { from: terms.start_date, until: terms.end_date },
        }
    }
}

/// Terms of blocks.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Blocks {
    r#type: Option<BlockType>,
    start_date: Option<Timestamp>,
    end_date: Option<Timestamp>,
}

impl From<Blocks> for BlockFilter {
    fn from(terms: Blocks) -> Self {
        Self { block_type: terms.r#type, sealed: Period { from: terms.start_date, until: terms.end_date } }
    }
}
