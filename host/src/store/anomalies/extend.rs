use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    AnomalyRef, AnyAnomaly, BehaviorAnomaly, Conflict, MarketAnomaly,
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

/// What came of later findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extended {
    /// The anomalies that there are.
    pub known: Vec<AnomalyRef>,
    /// Those among them whose severity rose, as they are now.
    pub rose: Vec<AnyAnomaly>,
}

/// Lets anomalies take in later findings, as [`crate::domain::anomaly::Anomaly::join`] does. A block is added where
/// severity or score rises: but for `findings` and `last_at`, the newest block of an anomaly always says what its
/// record says.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn extend(change: &mut Change<'_>, later: &[Later]) -> Result<Extended> {
    let mut extended = Extended::default();
    join::<MarketAnomaly>(change, later, AnomalyRef::market, &mut extended).await?;
    join::<Conflict>(change, later, AnomalyRef::conflict, &mut extended).await?;
    join::<BehaviorAnomaly>(change, later, AnomalyRef::behavior, &mut extended).await?;
    Ok(extended)
}

async fn join<R: Record + Into<AnyAnomaly>>(
    change: &mut Change<'_>,
    later: &[Later],
    id: fn(AnomalyRef) -> Option<Uuid>,
    extended: &mut Extended,
) -> Result<()> {
    let mut mine: HashMap<Uuid, Vec<&Later>> = HashMap::new();
    for later in later {
        if let Some(id) = id(later.anomaly) {
            mine.entry(id).or_default().push(later);
        }
    }
    let ids: Vec<Uuid> = mine.keys().copied().collect();
    let known = revise(change, BlockType::AnomalyUpdated, &ids, |record: &mut R| {
        let (mut rises, before) = (false, record.severity());
        for later in mine.get(&record.reference().id()).into_iter().flatten() {
            rises |= record.join(later);
        }
        if record.severity() > before {
            extended.rose.push(record.clone().into());
        }
        rises
    })
    .await?;
    extended.known.extend(known);
    Ok(())
}
