use async_graphql::SimpleObject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionType, SubjectType},
    },
    store,
};

/// Something in force, which trading systems ask for before they act.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Its id.
    pub id: Uuid,
    /// The action that put it in force; undoing that ends it.
    pub action_id: Uuid,
    /// What it does.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub action_type: ActionType,
    /// What kind of thing it restricts.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How far.
    pub value: Value,
    /// Since when.
    pub set_at: Timestamp,
    /// From when on it has no force; none: until its action is undone.
    pub expires_at: Option<Timestamp>,
}

impl From<store::controls::Control> for Control {
    fn from(control: store::controls::Control) -> Self {
        Self {
            id: control.id,
            action_id: control.action_id,
            action_type: control.action_type,
            subject_type: control.subject_type,
            subject: control.subject,
            value: control.value,
            set_at: control.set_at,
            expires_at: control.expires_at,
        }
    }
}

/// Whether hosts act by themselves, and how much they may.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AutomationStatus {
    /// Whether automatic actions are stopped.
    pub is_stopped: bool,
    /// Since when they are.
    pub stopped_at: Option<Timestamp>,
    /// Who stopped them.
    pub stopped_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Whether the configuration of this host lets it act by itself at all.
    pub is_configured: bool,
    /// Automatic actions asked for in the last interval, over all hosts.
    pub recent_actions: i64,
    /// How many there may be in an interval.
    pub most_per_interval: u32,
    /// Length of the interval, minutes.
    pub interval_minutes: u32,
}
