use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    store::{
        change::{About, Change},
        error::Result,
        retention::{BATCH, Locked},
    },
};

/// What one clean-up removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanedUp {
    /// Anomalies opened before this moment were to go.
    pub opened_before: Timestamp,
    /// Those of symbols, in the order of their ids, as are the others.
    pub market_anomalies: Vec<Uuid>,
    /// Conflicts.
    pub conflicts: Vec<Uuid>,
    /// Those of traders.
    pub behavior_anomalies: Vec<Uuid>,
    /// How many decisions went with them.
    pub decisions: i64,
    /// How many actions went with those.
    pub actions: i64,
}

impl CleanedUp {
    /// How many anomalies it removed; none left where there are none.
    pub fn anomalies(&self) -> usize {
        self.market_anomalies.len() + self.conflicts.len() + self.behavior_anomalies.len()
    }
}

macro_rules! candidates {
    ($table:literal, $column:literal, $change:ident, $before:ident, $limit:expr) => {
        sqlx::query_scalar!(
            "SELECT id FROM "
                + $table
                + " AS anomaly
             WHERE opened_at < $1
               AND NOT EXISTS (SELECT FROM held_decisions AS held
                               WHERE held."
                + $column
                + " = anomaly.id AND (until IS NULL OR until > $2))
             ORDER BY opened_at, id
             LIMIT $3
             FOR UPDATE SKIP LOCKED",
            $before as Timestamp,
            $change.now() as Timestamp,
            $limit,
        )
        .fetch_all($change.connection())
        .await?
    };
}

macro_rules! delete {
    ($table:literal, $column:literal, $change:ident, $ids:ident) => {
        sqlx::query_scalar!(
            "DELETE FROM "
                + $table
                + " AS anomaly
             WHERE id = ANY($1) AND NOT EXISTS (SELECT FROM held_decisions AS held WHERE held."
                + $column
                + " = anomaly.id)
             RETURNING id",
            &$ids,
        )
        .fetch_all($change.connection())
        .await?
    };
}

/// Removes the oldest anomalies, at most 1,000, of those opened before a moment, with their decisions and actions,
/// and adds a block that says which; to be repeated until none is left. Anomalies whose decision is pending, or
/// whose action has a control in force, stay. Blocks about those removed stay too, without their links.
///
/// # Errors
///
/// If the database fails.
pub async fn delete_older_than(change: &mut Change<'_>, opened_before: Timestamp) -> Result<CleanedUp> {
    let market = candidates!("anomaly_detections", "market_anomaly_id", change, opened_before, BATCH);
    let left = BATCH - market.len() as i64;
    let conflicts = candidates!("algorithm_conflicts", "conflict_id", change, opened_before, left);
    let left = left - conflicts.len() as i64;
    let behavior = candidates!("behavior_anomalies", "behavior_id", change, opened_before, left);
    let decisions = sqlx::query_scalar!(
        "SELECT id FROM anomaly_decisions
         WHERE market_anomaly_id = ANY($1) OR conflict_id = ANY($2) OR behavior_id = ANY($3)
         ORDER BY id
         FOR UPDATE",
        &market,
        &conflicts,
        &behavior,
    )
    .fetch_all(change.connection())
    .await?;
    let locked = Locked::actions_of(change, decisions).await?;
    let mut cleaned_up = CleanedUp {
        opened_before,
        market_anomalies: sorted(delete!("anomaly_detections", "market_anomaly_id", change, market)),
        conflicts: sorted(delete!("algorithm_conflicts", "conflict_id", change, conflicts)),
        behavior_anomalies: sorted(delete!("behavior_anomalies", "behavior_id", change, behavior)),
        decisions: 0,
        actions: 0,
    };
    let gone = locked.gone(change).await?;
    (cleaned_up.decisions, cleaned_up.actions) = (gone.decisions, gone.actions);
    if cleaned_up.anomalies() > 0 {
        change.note(BlockType::CleanedUp, &Noted { cleaned_up: &cleaned_up }, About::default())?;
    }
    Ok(cleaned_up)
}

fn sorted(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids
}

#[derive(Serialize)]
struct Noted<'a> {
    cleaned_up: &'a CleanedUp,
}
