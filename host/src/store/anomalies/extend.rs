use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    AnomalyRef, BehaviorAnomaly, Conflict, MarketAnomaly,
    record::{Record, revise},
};
use crate::{
    domain::{finding::Severity, time::Timestamp, vocabulary::BlockType},
    store::{change::Change, error::Result},
};

/// Findings that belong to an anomaly on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    /// Which anomaly.
    pub anomaly: AnomalyRef,
    /// How many.
    pub findings: i32,
    /// Time of the last one.
    pub last_at: Timestamp,
    /// Their highest severity.
    pub severity: Severity,
    /// Their highest score, 0 to 1.
    pub score: f64,
    /// Of the one with that score: what was seen; `None` where that has no number.
    pub observed: Option<f64>,
    /// See `observed`: what was usual.
    pub expected: Option<f64>,
    /// See `observed`: one line for a person.
    pub message: String,
    /// See `observed`: named numbers behind it.
    pub evidence: Value,
}

/// Lets anomalies take in later findings, as [`crate::domain::anomaly::Anomaly::join`] does. A block is added where
/// severity or score rises: but for `findings` and `last_at`, the newest block of an anomaly always says what its
/// record says. Gives the anomalies that there are.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn extend(change: &mut Change<'_>, later: &[Later]) -> Result<Vec<AnomalyRef>> {
    let mut extended = join::<MarketAnomaly>(change, later, AnomalyRef::market).await?;
    extended.extend(join::<Conflict>(change, later, AnomalyRef::conflict).await?);
    extended.extend(join::<BehaviorAnomaly>(change, later, AnomalyRef::behavior).await?);
    Ok(extended)
}

async fn join<R: Record>(
    change: &mut Change<'_>,
    later: &[Later],
    id: fn(AnomalyRef) -> Option<Uuid>,
) -> Result<Vec<AnomalyRef>> {
    let mut mine: HashMap<Uuid, Vec<&Later>> = HashMap::new();
    for later in later {
        if let Some(id) = id(later.anomaly) {
            mine.entry(id).or_default().push(later);
        }
    }
    let ids: Vec<Uuid> = mine.keys().copied().collect();
    revise(change, BlockType::AnomalyUpdated, &ids, |record: &mut R| {
        let mut rises = false;
        for later in mine.get(&record.reference().id()).into_iter().flatten() {
            rises |= record.join(later);
        }
        rises
    })
    .await
}
