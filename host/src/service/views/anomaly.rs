use async_graphql::SimpleObject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{family::Family, finding::Severity, rows::Vote, time::Timestamp, vocabulary::AnomalyType},
    store::anomalies::{AnomalyRef, AnyAnomaly},
};

/// What an anomaly is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AnomalyFamily {
    /// A symbol's market.
    Market,
    /// Trading algorithms that contradict each other.
    Conflict,
    /// A trader's behavior.
    Behavior,
}

impl From<Family> for AnomalyFamily {
    fn from(family: Family) -> Self {
        match family {
            Family::Market => Self::Market,
            Family::Conflict => Self::Conflict,
            Family::Behavior => Self::Behavior,
        }
    }
}

/// Findings of one detector, subject and kind within the cool-down.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Anomaly {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub family: AnomalyFamily,
    /// What it is.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub anomaly_type: AnomalyType,
    /// The detector's own word for it.
    pub kind: String,
    /// Name of the detector.
    pub detector: String,
    /// SHA-256 of the component that found it.
    pub plugin_hash: Option<String>,
    /// Version of that component.
    pub plugin_version: Option<String>,
    /// The symbol; none where it is about a trader.
    pub symbol: Option<String>,
    /// The trader; of a conflict, for whom the algorithms worked.
    pub user_id: Option<String>,
    /// Highest severity among its findings.
    pub severity: Severity,
    /// Highest score among its findings, 0 to 1.
    pub score: f64,
    /// What was seen; none where that has no number.
    pub observed: Option<f64>,
    /// What was usual; none where that has no number.
    pub expected: Option<f64>,
    /// One line for a person.
    pub message: String,
    /// Named numbers behind it.
    pub evidence: Value,
    /// How many findings it took in.
    pub findings: i32,
    /// Time of the first finding.
    pub opened_at: Timestamp,
    /// Time of the last finding.
    pub last_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What a person said about it.
    pub is_real: Option<bool>,
    /// Who said so.
    pub marked_by: Option<String>,
    /// When.
    pub marked_at: Option<Timestamp>,
    /// Of a conflict, who wants what.
    pub disagreement: Option<Disagreement>,
}

impl Anomaly {
    /// Which anomaly it is.
    pub const fn reference(&self) -> AnomalyRef {
        match self.family {
            AnomalyFamily::Market => AnomalyRef::Market(self.id),
            AnomalyFamily::Conflict => AnomalyRef::Conflict(self.id),
            AnomalyFamily::Behavior => AnomalyRef::Behavior(self.id),
        }
    }
}

/// How algorithms contradict each other.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Disagreement {
    /// Per cent of their confidence that is not with the majority.
    pub disagreement: f64,
    /// Per cent of their confidence that is with the majority.
    pub consensus: f64,
    /// What most of them want.
    pub majority: Option<Vote>,
    /// What each of them said, by its name.
    pub signals: Value,
    /// Those that are not with the majority.
    pub dissenting: Vec<String>,
}

impl From<AnyAnomaly> for Anomaly {
    fn from(any: AnyAnomaly) -> Self {
        macro_rules! view {
            ($record:expr, $family:expr, $symbol:expr, $user:expr, $disagreement:expr) => {
                Self {
                    id: $record.id,
                    family: $family,
                    anomaly_type: $record.anomaly_type,
                    kind: $record.kind,
                    detector: $record.detector,
                    plugin_hash: $record.plugin_hash.map(|hash| hash.to_string()),
                    plugin_version: $record.plugin_version,
                    symbol: $symbol,
                    user_id: $user,
                    severity: $record.severity,
                    score: $record.score,
                    observed: $record.observed,
                    expected: $record.expected,
                    message: $record.message,
                    evidence: $record.evidence,
                    findings: $record.findings,
                    opened_at: $record.opened_at,
                    last_at: $record.last_at,
                    recorded_at: $record.recorded_at,
                    is_real: $record.is_real,
                    marked_by: $record.marked_by,
                    marked_at: $record.marked_at,
                    disagreement: $disagreement,
                }
            };
        }
        match any {
            AnyAnomaly::Market(it) => view!(it, AnomalyFamily::Market, Some(it.symbol), None, None),
            AnyAnomaly::Behavior(it) => view!(it, AnomalyFamily::Behavior, None, Some(it.user_id), None),
            AnyAnomaly::Conflict(it) => view!(
                it,
                AnomalyFamily::Conflict,
                Some(it.symbol),
                it.user_id,
                Some(Disagreement {
                    disagreement: it.disagreement,
                    consensus: it.consensus,
                    majority: it.majority,
                    signals: it.signals,
                    dissenting: it.dissenting,
                })
            ),
        }
    }
}
