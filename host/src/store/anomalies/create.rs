//! Recording anomalies: one statement for any number of them. Rows go in the order of their natural key, so that
//! hosts that record the same ones wait for each other and never in a circle.

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    BehaviorAnomaly, Conflict, MarketAnomaly,
    record::{Record, note},
};
use crate::{
    domain::{
        finding::Severity,
        rows::Vote,
        time::Timestamp,
        vocabulary::{AnomalyType, BlockType},
    },
    ledger::hash::Hash,
    store::{change::Change, columns::column, error::Result},
};

/// Records anomalies of symbols, with a block for each. Those that are on record already (same symbol,
/// detector, kind and time) stay as they are. Gives the ids of the new ones.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn create_market(change: &mut Change<'_>, anomalies: &[MarketAnomaly]) -> Result<Vec<Uuid>> {
    let created = sqlx::query_scalar!(
        r#"INSERT INTO anomaly_detections
               (id, type, kind, detector, plugin_hash, symbol, severity, score, observed, expected, message,
                evidence, findings, opened_at, last_at, recorded_at, is_real, marked_by, marked_at, plugin_version)
           SELECT * FROM UNNEST(
                $1::uuid[], $2::anomaly_type[], $3::text[], $4::text[], $5::bytea[], $6::text[],
                $7::anomaly_severity[], $8::float8[], $9::float8[], $10::float8[], $11::text[],
                $12::jsonb[], $13::int4[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
                $17::boolean[], $18::text[], $19::timestamptz[], $20::text[])
               AS new (id, type, kind, detector, plugin_hash, symbol, severity, score, observed, expected, message,
                evidence, findings, opened_at, last_at, recorded_at, is_real, marked_by, marked_at, plugin_version)
           ORDER BY symbol, detector, kind, opened_at
           ON CONFLICT (symbol, detector, kind, opened_at) DO NOTHING
           RETURNING id"#,
        &column(anomalies, |anomaly| anomaly.id),
        &column(anomalies, |anomaly| anomaly.anomaly_type) as &[AnomalyType],
        &column(anomalies, |anomaly| anomaly.kind.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.detector.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.plugin_hash) as &[Option<Hash>],
        &column(anomalies, |anomaly| anomaly.symbol.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.severity) as &[Severity],
        &column(anomalies, |anomaly| anomaly.score),
        &column(anomalies, |anomaly| anomaly.observed) as &[Option<f64>],
        &column(anomalies, |anomaly| anomaly.expected) as &[Option<f64>],
        &column(anomalies, |anomaly| anomaly.message.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.evidence.clone()),
        &column(anomalies, |anomaly| anomaly.findings),
        &column(anomalies, |anomaly| anomaly.opened_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.last_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.recorded_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.is_real) as &[Option<bool>],
        &column(anomalies, |anomaly| anomaly.marked_by.as_deref()) as &[Option<&str>],
        &column(anomalies, |anomaly| anomaly.marked_at) as &[Option<Timestamp>],
        &column(anomalies, |anomaly| anomaly.plugin_version.as_deref()) as &[Option<&str>],
    )
    .fetch_all(change.connection())
    .await?;
    note_new(change, anomalies, &created).await?;
    Ok(created)
}

/// Records conflicts, with a block for each. Those that are on record already (same symbol, user, detector, kind
/// and time) stay as they are. Gives the ids of the new ones.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn create_conflicts(change: &mut Change<'_>, anomalies: &[Conflict]) -> Result<Vec<Uuid>> {
    let created = sqlx::query_scalar!(
        r#"INSERT INTO algorithm_conflicts
               (id, type, kind, detector, plugin_hash, symbol, user_id, severity, score, disagreement,
                consensus, majority, signals, dissenting, observed, expected, message, evidence, findings,
                opened_at, last_at, recorded_at, is_real, marked_by, marked_at, plugin_version)
           SELECT id, type, kind, detector, plugin_hash, symbol, user_id, severity, score, disagreement,
                consensus, majority, signals, ARRAY(SELECT jsonb_array_elements_text(dissenting)),
                observed, expected, message, evidence, findings, opened_at, last_at, recorded_at, is_real,
                marked_by, marked_at, plugin_version
           FROM UNNEST(
                $1::uuid[], $2::anomaly_type[], $3::text[], $4::text[], $5::bytea[], $6::text[],
                $7::text[], $8::anomaly_severity[], $9::float8[], $10::float8[], $11::float8[],
                $12::vote[], $13::jsonb[], $14::jsonb[], $15::float8[], $16::float8[], $17::text[],
                $18::jsonb[], $19::int4[], $20::timestamptz[], $21::timestamptz[], $22::timestamptz[],
                $23::boolean[], $24::text[], $25::timestamptz[], $26::text[])
               AS new (id, type, kind, detector, plugin_hash, symbol, user_id, severity, score, disagreement,
                consensus, majority, signals, dissenting, observed, expected, message, evidence, findings,
                opened_at, last_at, recorded_at, is_real, marked_by, marked_at, plugin_version)
           ORDER BY symbol, user_id, detector, kind, opened_at
           ON CONFLICT (symbol, user_id, detector, kind, opened_at) DO NOTHING
           RETURNING id"#,
        &column(anomalies, |anomaly| anomaly.id),
        &column(anomalies, |anomaly| anomaly.anomaly_type) as &[AnomalyType],
        &column(anomalies, |anomaly| anomaly.kind.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.detector.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.plugin_hash) as &[Option<Hash>],
        &column(anomalies, |anomaly| anomaly.symbol.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.user_id.as_deref()) as &[Option<&str>],
        &column(anomalies, |anomaly| anomaly.severity) as &[Severity],
        &column(anomalies, |anomaly| anomaly.score),
        &column(anomalies, |anomaly| anomaly.disagreement),
        &column(anomalies, |anomaly| anomaly.consensus),
        &column(anomalies, |anomaly| anomaly.majority) as &[Option<Vote>],
        &column(anomalies, |anomaly| anomaly.signals.clone()),
        &column(anomalies, |anomaly| serde_json::json!(anomaly.dissenting)),
        &column(anomalies, |anomaly| anomaly.observed) as &[Option<f64>],
        &column(anomalies, |anomaly| anomaly.expected) as &[Option<f64>],
        &column(anomalies, |anomaly| anomaly.message.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.evidence.clone()),
        &column(anomalies, |anomaly| anomaly.findings),
        &column(anomalies, |anomaly| anomaly.opened_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.last_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.recorded_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.is_real) as &[Option<bool>],
        &column(anomalies, |anomaly| anomaly.marked_by.as_deref()) as &[Option<&str>],
        &column(anomalies, |anomaly| anomaly.marked_at) as &[Option<Timestamp>],
        &column(anomalies, |anomaly| anomaly.plugin_version.as_deref()) as &[Option<&str>],
    )
    .fetch_all(change.connection())
    .await?;
    note_new(change, anomalies, &created).await?;
    Ok(created)
}

/// Records anomalies of traders, with a block for each. Those that are on record already (same trader,
/// detector, kind and time) stay as they are. Gives the ids of the new ones.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn create_behavior(change: &mut Change<'_>, anomalies: &[BehaviorAnomaly]) -> Result<Vec<Uuid>> {
    let created = sqlx::query_scalar!(
        r#"INSERT INTO behavior_anomalies
               (id, type, kind, detector, plugin_hash, user_id, severity, score, observed, expected,
                message, evidence, findings, opened_at, last_at, recorded_at, is_real, marked_by, marked_at, plugin_version)
           SELECT * FROM UNNEST(
                $1::uuid[], $2::anomaly_type[], $3::text[], $4::text[], $5::bytea[], $6::text[],
                $7::anomaly_severity[], $8::float8[], $9::float8[], $10::float8[], $11::text[],
                $12::jsonb[], $13::int4[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
                $17::boolean[], $18::text[], $19::timestamptz[], $20::text[])
               AS new (id, type, kind, detector, plugin_hash, user_id, severity, score, observed, expected,
                message, evidence, findings, opened_at, last_at, recorded_at, is_real, marked_by, marked_at, plugin_version)
           ORDER BY user_id, detector, kind, opened_at
           ON CONFLICT (user_id, detector, kind, opened_at) DO NOTHING
           RETURNING id"#,
        &column(anomalies, |anomaly| anomaly.id),
        &column(anomalies, |anomaly| anomaly.anomaly_type) as &[AnomalyType],
        &column(anomalies, |anomaly| anomaly.kind.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.detector.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.plugin_hash) as &[Option<Hash>],
        &column(anomalies, |anomaly| anomaly.user_id.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.severity) as &[Severity],
        &column(anomalies, |anomaly| anomaly.score),
        &column(anomalies, |anomaly| anomaly.observed) as &[Option<f64>],
        &column(anomalies, |anomaly| anomaly.expected) as &[Option<f64>],
        &column(anomalies, |anomaly| anomaly.message.as_str()) as &[&str],
        &column(anomalies, |anomaly| anomaly.evidence.clone()),
        &column(anomalies, |anomaly| anomaly.findings),
        &column(anomalies, |anomaly| anomaly.opened_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.last_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.recorded_at) as &[Timestamp],
        &column(anomalies, |anomaly| anomaly.is_real) as &[Option<bool>],
        &column(anomalies, |anomaly| anomaly.marked_by.as_deref()) as &[Option<&str>],
        &column(anomalies, |anomaly| anomaly.marked_at) as &[Option<Timestamp>],
        &column(anomalies, |anomaly| anomaly.plugin_version.as_deref()) as &[Option<&str>],
    )
    .fetch_all(change.connection())
    .await?;
    note_new(change, anomalies, &created).await?;
    Ok(created)
}

async fn note_new<R: Record>(change: &mut Change<'_>, anomalies: &[R], created: &[Uuid]) -> Result<()> {
    let mut created: HashSet<&Uuid> = created.iter().collect();
    let new = anomalies.iter().filter(|anomaly| created.remove(&anomaly.reference().id()));
    note(change, BlockType::AnomalyDetected, new.cloned().collect()).await
}
