//! Blocks by what they are about.

use super::{Hash, Row, StoredBlock, Uuid, blocks, into_blocks};
use crate::store::{Store, anomalies::AnomalyRef, error::Result, page::Window};

/// Blocks about an anomaly of a symbol, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_market_anomaly(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE market_anomaly_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about a conflict of algorithms, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_conflict(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE conflict_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about an anomaly of a trader, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_behavior(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE behavior_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about some anomalies of any family, their decisions and actions, oldest first, at most `most` about each
/// anomaly and each decision.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_anomalies(store: &Store, anomalies: &[AnomalyRef], most: i64) -> Result<Vec<StoredBlock>> {
    let ids =
        |id: fn(AnomalyRef) -> Option<Uuid>| anomalies.iter().copied().filter_map(id).collect::<Vec<_>>();
    let rows = blocks!(
        "WHERE block_number IN (
             SELECT found.block_number FROM UNNEST($1::uuid[]) AS anomaly (id), LATERAL (
                 SELECT block_number FROM block_references
                 WHERE market_anomaly_id = anomaly.id ORDER BY block_number LIMIT $4) AS found
             UNION ALL
             SELECT found.block_number FROM UNNEST($2::uuid[]) AS anomaly (id), LATERAL (
                 SELECT block_number FROM block_references
                 WHERE conflict_id = anomaly.id ORDER BY block_number LIMIT $4) AS found
             UNION ALL
             SELECT found.block_number FROM UNNEST($3::uuid[]) AS anomaly (id), LATERAL (
                 SELECT block_number FROM block_references
                 WHERE behavior_id = anomaly.id ORDER BY block_number LIMIT $4) AS found
             UNION ALL
             SELECT found.block_number FROM anomaly_decisions AS decision, LATERAL (
                 SELECT block_number FROM block_references
                 WHERE decision_id = decision.id ORDER BY block_number LIMIT $4) AS found
             WHERE market_anomaly_id = ANY($1) OR conflict_id = ANY($2) OR behavior_id = ANY($3)
         )
         ORDER BY block_number",
        &ids(AnomalyRef::market),
        &ids(AnomalyRef::conflict),
        &ids(AnomalyRef::behavior),
        most,
    );
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about a decision, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_decision(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE decision_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about an action, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_action(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE action_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about a notification, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_notification(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE notification_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks about a recorded backtest, oldest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_backtest_run(store: &Store, id: Uuid) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE backtest_run_id = $1 ORDER BY block_number LIMIT $2", id, Window::MOST);
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// All blocks of a block's case, oldest first: those about the same anomaly, its decision, or an action or
/// notification that came of it.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn case_of(store: &Store, number: u64) -> Result<Vec<StoredBlock>> {
    let rows = blocks!(
        "WHERE block_number IN (
             WITH start AS (SELECT * FROM block_references WHERE block_number = $1),
             decided AS (
                 SELECT id, market_anomaly_id, conflict_id, behavior_id FROM anomaly_decisions
                 WHERE id = (SELECT decision_id FROM start)
                    OR id = (SELECT a.decision_id FROM action_executions a JOIN start s ON a.id = s.action_id)
                    OR market_anomaly_id = (SELECT market_anomaly_id FROM start)
                    OR conflict_id = (SELECT conflict_id FROM start)
                    OR behavior_id = (SELECT behavior_id FROM start)
             ),
             anomaly AS (
                 SELECT market_anomaly_id, conflict_id, behavior_id FROM decided
                 UNION SELECT market_anomaly_id, conflict_id, behavior_id FROM start
             )
             SELECT block_number FROM start
             UNION SELECT r.block_number FROM block_references r JOIN anomaly USING (market_anomaly_id)
             UNION SELECT r.block_number FROM block_references r JOIN anomaly USING (conflict_id)
             UNION SELECT r.block_number FROM block_references r JOIN anomaly USING (behavior_id)
             UNION SELECT r.block_number FROM block_references r JOIN decided ON r.decision_id = decided.id
             UNION SELECT r.block_number FROM block_references r
                   JOIN action_executions a ON r.action_id = a.id JOIN decided ON a.decision_id = decided.id
         )
         ORDER BY block_number LIMIT $2",
        number as i64,
        Window::MOST,
    );
    into_blocks(rows.fetch_all(store.pool()).await?)
}
