//! Market anomalies: `anomaly_detections`.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        finding::Severity,
        time::Timestamp,
        vocabulary::{AnomalyType, BlockType},
    },
    ledger::hash::Hash,
    store::{
        Store,
        change::{About, Change},
        error::Result,
        page::{Cursor, Page, Period, Window},
    },
};

/// An anomaly of a symbol.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MarketAnomaly {
    /// Version 7, made when the anomaly was first recorded.
    pub id: Uuid,
    /// What it is.
    #[serde(rename = "type")]
    pub anomaly_type: AnomalyType,
    /// The detector's own word for it.
    pub kind: String,
    /// Name of the detector.
    pub detector: String,
    /// Component that found it.
    pub plugin_hash: Option<Hash>,
    /// Symbol.
    pub symbol: String,
    /// Highest severity among its findings.
    pub severity: Severity,
    /// Highest score among its findings, 0 to 1.
    pub score: f64,
    /// What was seen; `None` where that has no number.
    pub observed: Option<f64>,
    /// What was usual; `None` where that has no number.
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
}

/// Which market anomalies to find; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct MarketFilter {
    /// Of this symbol.
    pub symbol: Option<String>,
    /// Of this type.
    pub anomaly_type: Option<AnomalyType>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Opened in this stretch of time.
    pub opened: Period,
}

/// Records anomalies, with a block for each. Those that are there already (same symbol, detector, kind and time)
/// stay as they are.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn create(change: &mut Change<'_>, anomalies: &[MarketAnomaly]) -> Result<Vec<Uuid>> {
    let each = anomalies.iter();
    let created = sqlx::query_scalar!(
        r#"INSERT INTO anomaly_detections
               (id, type, kind, detector, plugin_hash, symbol, severity, score, observed, expected, message, evidence,
                findings, opened_at, last_at, recorded_at)
           SELECT * FROM UNNEST(
               $1::uuid[], $2::anomaly_type[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::anomaly_severity[],
               $8::float8[], $9::float8[], $10::float8[], $11::text[], $12::jsonb[], $13::int4[],
               $14::timestamptz[], $15::timestamptz[], $16::timestamptz[])
           ON CONFLICT (symbol, detector, kind, opened_at) DO NOTHING
           RETURNING id"#,
        &each.clone().map(|anomaly| anomaly.id).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.anomaly_type).collect::<Vec<_>>() as &[AnomalyType],
        &each.clone().map(|anomaly| anomaly.kind.clone()).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.detector.clone()).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.plugin_hash).collect::<Vec<_>>() as &[Option<Hash>],
        &each.clone().map(|anomaly| anomaly.symbol.clone()).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.severity).collect::<Vec<_>>() as &[Severity],
        &each.clone().map(|anomaly| anomaly.score).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.observed).collect::<Vec<_>>() as &[Option<f64>],
        &each.clone().map(|anomaly| anomaly.expected).collect::<Vec<_>>() as &[Option<f64>],
        &each.clone().map(|anomaly| anomaly.message.clone()).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.evidence.clone()).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.findings).collect::<Vec<_>>(),
        &each.clone().map(|anomaly| anomaly.opened_at).collect::<Vec<_>>() as &[Timestamp],
        &each.clone().map(|anomaly| anomaly.last_at).collect::<Vec<_>>() as &[Timestamp],
        &each.clone().map(|anomaly| anomaly.recorded_at).collect::<Vec<_>>() as &[Timestamp],
    )
    .fetch_all(change.connection())
    .await?;
    let new: HashSet<Uuid> = created.iter().copied().collect();
    for anomaly in anomalies.iter().filter(|anomaly| new.contains(&anomaly.id)) {
        change.note(BlockType::AnomalyDetected, &Noted { anomaly }, About::market(anomaly.id))?;
    }
    Ok(created)
}

#[derive(Serialize)]
struct Noted<'a> {
    anomaly: &'a MarketAnomaly,
}

/// Finds anomalies, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find(store: &Store, filter: &MarketFilter, window: Window) -> Result<Page<MarketAnomaly>> {
    let items = sqlx::query_as!(
        MarketAnomaly,
        r#"SELECT id, type AS anomaly_type, kind, detector, plugin_hash AS "plugin_hash: Hash", symbol, severity, score,
                  observed, expected, message, evidence, findings, opened_at, last_at, recorded_at, is_real, marked_by,
                  marked_at
           FROM anomaly_detections
           WHERE ($1::text IS NULL OR symbol = $1)
             AND ($2::anomaly_type IS NULL OR type = $2)
             AND ($3::anomaly_severity IS NULL OR severity = $3)
             AND ($4::timestamptz IS NULL OR opened_at >= $4)
             AND ($5::timestamptz IS NULL OR opened_at < $5)
             AND ($6::timestamptz IS NULL OR (opened_at, id) < ($6, $7::uuid))
           ORDER BY opened_at DESC, id DESC
           LIMIT $8"#,
        filter.symbol,
        filter.anomaly_type as Option<AnomalyType>,
        filter.severity as Option<Severity>,
        filter.opened.from as Option<Timestamp>,
        filter.opened.until as Option<Timestamp>,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, |anomaly| Cursor { at: anomaly.opened_at, id: anomaly.id }))
}
