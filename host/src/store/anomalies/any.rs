use serde_json::Value;
use uuid::Uuid;

use super::{
    AnomalyRef, BehaviorAnomaly, Conflict, MarketAnomaly, behavior, conflict, create_behavior,
    create_conflicts, create_market, market,
};
use crate::{
    anomalies::Before,
    domain::{family::Family, finding::Severity, time::Timestamp},
    store::{Store, change::Change, error::Result},
};

/// An anomaly of any family, as it is on record.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyAnomaly {
    /// Of a symbol.
    Market(MarketAnomaly),
    /// Of algorithms that contradict each other.
    Conflict(Conflict),
    /// Of a trader.
    Behavior(BehaviorAnomaly),
}

impl From<MarketAnomaly> for AnyAnomaly {
    fn from(anomaly: MarketAnomaly) -> Self {
        Self::Market(anomaly)
    }
}

impl From<Conflict> for AnyAnomaly {
    fn from(anomaly: Conflict) -> Self {
        Self::Conflict(anomaly)
    }
}

impl From<BehaviorAnomaly> for AnyAnomaly {
    fn from(anomaly: BehaviorAnomaly) -> Self {
        Self::Behavior(anomaly)
    }
}

/// A field that the records of all families have.
macro_rules! field {
    ($any:expr, $record:ident => $value:expr) => {
        match $any {
            AnyAnomaly::Market($record) => $value,
            AnyAnomaly::Conflict($record) => $value,
            AnyAnomaly::Behavior($record) => $value,
        }
    };
}

impl AnyAnomaly {
    /// Which anomaly it is.
    pub const fn reference(&self) -> AnomalyRef {
        match self {
            Self::Market(record) => AnomalyRef::Market(record.id),
            Self::Conflict(record) => AnomalyRef::Conflict(record.id),
            Self::Behavior(record) => AnomalyRef::Behavior(record.id),
        }
    }

    /// Its family.
    pub const fn family(&self) -> Family {
        match self {
            Self::Market(_) => Family::Market,
            Self::Conflict(_) => Family::Conflict,
            Self::Behavior(_) => Family::Behavior,
        }
    }

    /// Its symbol or trader.
    pub fn subject(&self) -> &str {
        match self {
            Self::Market(record) => &record.symbol,
            Self::Conflict(record) => &record.symbol,
            Self::Behavior(record) => &record.user_id,
        }
    }

    /// Its symbol; `None` where it is about a trader.
    pub fn symbol(&self) -> Option<&str> {
        match self {
            Self::Market(record) => Some(&record.symbol),
            Self::Conflict(record) => Some(&record.symbol),
            Self::Behavior(_) => None,
        }
    }

    /// The trader; of a conflict, for whom the algorithms worked.
    pub fn trader(&self) -> Option<&str> {
        match self {
            Self::Market(_) => None,
            Self::Conflict(record) => record.user_id.as_deref(),
            Self::Behavior(record) => Some(&record.user_id),
        }
    }

    /// Algorithms that are not with the majority; none but for conflicts.
    pub fn dissenting(&self) -> &[String] {
        if let Self::Conflict(record) = self { &record.dissenting } else { &[] }
    }

    /// The detector's own word for it.
    pub fn kind(&self) -> &str {
        field!(self, record => &record.kind)
    }

    /// Name of the detector.
    pub fn detector(&self) -> &str {
        field!(self, record => &record.detector)
    }

    /// Highest severity among its findings.
    pub fn severity(&self) -> Severity {
        field!(self, record => record.severity)
    }

    /// Highest score among its findings, 0 to 1.
    pub fn score(&self) -> f64 {
        field!(self, record => record.score)
    }

    /// What was seen; `None` where that has no number.
    pub fn observed(&self) -> Option<f64> {
        field!(self, record => record.observed)
    }

    /// What was usual; `None` where that has no number.
    pub fn expected(&self) -> Option<f64> {
        field!(self, record => record.expected)
    }

    /// One line for a person.
    pub fn message(&self) -> &str {
        field!(self, record => &record.message)
    }

    /// Named numbers behind it, a JSON object.
    pub fn evidence(&self) -> &Value {
        field!(self, record => &record.evidence)
    }

    /// How many findings it took in.
    pub fn findings(&self) -> i32 {
        field!(self, record => record.findings)
    }

    /// Time of the first finding.
    pub fn opened_at(&self) -> Timestamp {
        field!(self, record => record.opened_at)
    }

    /// Time of the last finding.
    pub fn last_at(&self) -> Timestamp {
        field!(self, record => record.last_at)
    }
}

/// Records anomalies of any family, with a block for each. Those that are on record already stay as they are. Gives
/// the ids of the new ones.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn create(change: &mut Change<'_>, anomalies: &[AnyAnomaly]) -> Result<Vec<Uuid>> {
    let (mut of_symbols, mut conflicts, mut of_traders) = (Vec::new(), Vec::new(), Vec::new());
    for anomaly in anomalies {
        match anomaly {
            AnyAnomaly::Market(record) => of_symbols.push(record.clone()),
            AnyAnomaly::Conflict(record) => conflicts.push(record.clone()),
            AnyAnomaly::Behavior(record) => of_traders.push(record.clone()),
        }
    }
    let mut created = Vec::new();
    if !of_symbols.is_empty() {
        created.extend(create_market(change, &of_symbols).await?);
    }
    if !conflicts.is_empty() {
        created.extend(create_conflicts(change, &conflicts).await?);
    }
    if !of_traders.is_empty() {
        created.extend(create_behavior(change, &of_traders).await?);
    }
    Ok(created)
}

/// An anomaly of any family; `None` where there is no such one.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, anomaly: AnomalyRef) -> Result<Option<AnyAnomaly>> {
    let ids = [anomaly.id()];
    Ok(match anomaly {
        AnomalyRef::Market(_) => market(store, &ids).await?.pop().map(AnyAnomaly::Market),
        AnomalyRef::Conflict(_) => conflict(store, &ids).await?.pop().map(AnyAnomaly::Conflict),
        AnomalyRef::Behavior(_) => behavior(store, &ids).await?.pop().map(AnyAnomaly::Behavior),
    })
}

/// The anomalies of these ids that there are, of any family, in no order.
///
/// # Errors
///
/// If the database fails.
pub async fn of_any_family(store: &Store, ids: &[Uuid]) -> Result<Vec<AnyAnomaly>> {
    let mut found: Vec<AnyAnomaly> = market(store, ids).await?.into_iter().map(AnyAnomaly::from).collect();
    if found.len() < ids.len() {
        found.extend(conflict(store, ids).await?.into_iter().map(AnyAnomaly::from));
    }
    if found.len() < ids.len() {
        found.extend(behavior(store, ids).await?.into_iter().map(AnyAnomaly::from));
    }
    Ok(found)
}

/// An anomaly that may still be open.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Which it is.
    pub anomaly: AnomalyRef,
    /// Name of its detector.
    pub detector: String,
    /// Kind of its findings.
    pub kind: String,
    /// Time of its first finding.
    pub opened_at: Timestamp,
    /// Time of its last finding.
    pub last_at: Timestamp,
}

impl Opened {
    /// As one that was open before, of the symbol or trader with this id.
    pub fn before(self, subject: u32) -> Before<AnomalyRef> {
        let family = match self.anomaly {
            AnomalyRef::Market(_) => Family::Market,
            AnomalyRef::Conflict(_) => Family::Conflict,
            AnomalyRef::Behavior(_) => Family::Behavior,
        };
        Before {
            family,
            subject,
            detector: self.detector.into(),
            kind: self.kind.into(),
            opened_at: self.opened_at.0,
            last_at: self.last_at.0,
            anomaly: self.anomaly,
        }
    }
}

/// Anomalies about a symbol that opened at a moment or later.
///
/// # Errors
///
/// If the database fails.
pub async fn opened_about_symbol(store: &Store, symbol: &str, since: Timestamp) -> Result<Vec<Opened>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", false AS "is_conflict!", detector AS "detector!", kind AS "kind!",
                  opened_at AS "opened_at!: Timestamp", last_at AS "last_at!: Timestamp"
           FROM anomaly_detections WHERE symbol = $1 AND opened_at >= $2
           UNION ALL
           SELECT id, true, detector, kind, opened_at, last_at
           FROM algorithm_conflicts WHERE symbol = $1 AND opened_at >= $2"#,
        symbol,
        since as Timestamp,
    )
    .fetch_all(store.pool())
    .await?;
    let opened = rows.into_iter().map(|row| Opened {
        anomaly: if row.is_conflict { AnomalyRef::Conflict(row.id) } else { AnomalyRef::Market(row.id) },
        detector: row.detector,
        kind: row.kind,
        opened_at: row.opened_at,
        last_at: row.last_at,
    });
    Ok(opened.collect())
}

/// Anomalies of a trader that opened at a moment or later.
///
/// # Errors
///
/// If the database fails.
pub async fn opened_of_trader(store: &Store, user_id: &str, since: Timestamp) -> Result<Vec<Opened>> {
    let rows = sqlx::query!(
        r#"SELECT id, detector, kind, opened_at AS "opened_at: Timestamp", last_at AS "last_at: Timestamp"
           FROM behavior_anomalies WHERE user_id = $1 AND opened_at >= $2"#,
        user_id,
        since as Timestamp,
    )
    .fetch_all(store.pool())
    .await?;
    let opened = rows.into_iter().map(|row| Opened {
        anomaly: AnomalyRef::Behavior(row.id),
        detector: row.detector,
        kind: row.kind,
        opened_at: row.opened_at,
        last_at: row.last_at,
    });
    Ok(opened.collect())
}
