//! Where lists end.

use super::{Store, error::Result};
use crate::domain::time::Timestamp;

/// When the oldest anomaly opened.
///
/// # Errors
///
/// If the database fails.
pub async fn anomaly(store: &Store) -> Result<Option<Timestamp>> {
    let oldest = sqlx::query_scalar!(
        r#"SELECT LEAST((SELECT min(opened_at) FROM anomaly_detections), (SELECT min(opened_at) FROM algorithm_conflicts),
                        (SELECT min(opened_at) FROM behavior_anomalies)) AS "at: Timestamp""#
    );
    Ok(oldest.fetch_one(store.pool()).await?)
}

/// When the oldest decision was made.
///
/// # Errors
///
/// If the database fails.
pub async fn decision(store: &Store) -> Result<Option<Timestamp>> {
    let oldest = sqlx::query_scalar!(r#"SELECT min(decided_at) AS "at: Timestamp" FROM anomaly_decisions"#);
    Ok(oldest.fetch_one(store.pool()).await?)
}

/// When the oldest action was asked for.
///
/// # Errors
///
/// If the database fails.
pub async fn action(store: &Store) -> Result<Option<Timestamp>> {
    let oldest = sqlx::query_scalar!(r#"SELECT min(requested_at) AS "at: Timestamp" FROM action_executions"#);
    Ok(oldest.fetch_one(store.pool()).await?)
}

/// When the first block was sealed.
///
/// # Errors
///
/// If the database fails.
pub async fn block(store: &Store) -> Result<Option<Timestamp>> {
    let oldest =
        sqlx::query_scalar!(r#"SELECT at AS "at: Timestamp" FROM blockchain_blocks WHERE block_number = 0"#);
    Ok(oldest.fetch_optional(store.pool()).await?)
}
