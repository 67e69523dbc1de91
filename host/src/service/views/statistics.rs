use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

use super::AnomalyFamily;
use crate::{
    domain::{finding::Severity, time::Timestamp, vocabulary::AnomalyType},
    store::anomalies,
};

/// How many anomalies of one family, type and severity there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnomalyCount {
    /// Their family.
    pub family: AnomalyFamily,
    /// Their type.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub anomaly_type: AnomalyType,
    /// Their severity.
    pub severity: Severity,
    /// How many.
    pub count: i64,
}

impl From<anomalies::AnomalyCount> for AnomalyCount {
    fn from(figures: anomalies::AnomalyCount) -> Self {
        Self {
            family: figures.family.into(),
            anomaly_type: figures.anomaly_type,
            severity: figures.severity,
            count: figures.count,
        }
    }
}

/// How many there are of each severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeverityCounts {
    /// LOW.
    pub low: i64,
    /// MEDIUM.
    pub medium: i64,
    /// HIGH.
    pub high: i64,
    /// CRITICAL.
    pub critical: i64,
}

impl From<anomalies::SeverityCounts> for SeverityCounts {
    fn from(counts: anomalies::SeverityCounts) -> Self {
        Self { low: counts.low, medium: counts.medium, high: counts.high, critical: counts.critical }
    }
}

/// How many there are of a symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SymbolCount {
    /// The symbol.
    pub symbol: String,
    /// How many.
    pub count: i64,
}

/// How many there are of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnomalyTypeCount {
    /// The type.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub anomaly_type: AnomalyType,
    /// How many.
    pub count: i64,
}

/// How the algorithms that work for a user contradict each other.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConflictStats {
    /// The user.
    pub user_id: String,
    /// How many conflicts there are of each severity.
    pub severities: SeverityCounts,
    /// Mean of their disagreement, per cent.
    pub disagreement: f64,
    /// Mean of their consensus, per cent.
    pub consensus: f64,
    /// The symbols with most of them, at most five.
    pub symbols: Vec<SymbolCount>,
    /// When the last one was opened.
    pub last_at: Timestamp,
}

impl ConflictStats {
    /// Figures of a user.
    pub fn of(user_id: &str, figures: anomalies::UserConflictStatistics) -> Self {
        let symbols = figures.symbols.into_iter().map(|(symbol, count)| SymbolCount { symbol, count });
        Self {
            user_id: user_id.to_owned(),
            severities: figures.severities.into(),
            disagreement: figures.disagreement,
            consensus: figures.consensus,
            symbols: symbols.collect(),
            last_at: figures.last_at,
        }
    }
}

/// What is out of the ordinary in how a trader trades.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BehaviorStats {
    /// The trader.
    pub user_id: String,
    /// How many anomalies there are of each severity.
    pub severities: SeverityCounts,
    /// How many there are of each type that occurs.
    pub types: Vec<AnomalyTypeCount>,
    /// Mean of their scores, 0 to 1.
    pub mean_score: f64,
    /// Highest of their scores, 0 to 1.
    pub max_score: f64,
    /// Share of real ones in those that a person marked, 0 to 1; null where nobody marked any.
    pub share_real: Option<f64>,
    /// When the last one was opened.
    pub last_at: Timestamp,
}

impl BehaviorStats {
    /// Figures of a trader.
    pub fn of(user_id: &str, figures: anomalies::UserBehaviorStatistics) -> Self {
        let types = figures.types.into_iter();
        Self {
            user_id: user_id.to_owned(),
            severities: figures.severities.into(),
            types: types.map(|(anomaly_type, count)| AnomalyTypeCount { anomaly_type, count }).collect(),
            mean_score: figures.mean_score,
            max_score: figures.max_score,
            share_real: figures.share_real,
            last_at: figures.last_at,
        }
    }
}
