//! What clean-ups have in common: they lock what they are about to remove, down to the actions, so that nothing
//! new comes to depend on it, and leave what `held_decisions` names.

use uuid::Uuid;

use super::{change::Change, error::Result};

/// Records of one clean-up, which is one block; with a page's worth, nobody waits long for it.
pub(super) const BATCH: i64 = 1_000;

/// Decisions that are locked, and their actions, which are too.
pub(super) struct Locked {
    decisions: Vec<Uuid>,
    actions: Vec<Uuid>,
}

/// What went with the records that a clean-up was about.
pub(super) struct Cascade {
    pub(super) decisions: i64,
    pub(super) actions: i64,
}

impl Locked {
    /// Locks the actions of decisions that are locked, and removes controls of theirs that are no longer in force.
    pub(super) async fn actions_of(change: &mut Change<'_>, decisions: Vec<Uuid>) -> Result<Self> {
        let actions = sqlx::query_scalar!(
            "SELECT id FROM action_executions WHERE decision_id = ANY($1) ORDER BY id FOR UPDATE",
            &decisions,
        )
        .fetch_all(change.connection())
        .await?;
        let now = change.now();
        sqlx::query!(
            "DELETE FROM active_controls WHERE action_id = ANY($1) AND expires_at <= $2",
            &actions,
            now as _,
        )
        .execute(change.connection())
        .await?;
        Ok(Self { decisions, actions })
    }

    /// How many of them are gone by now.
    pub(super) async fn gone(&self, change: &mut Change<'_>) -> Result<Cascade> {
        let cascade = sqlx::query_as!(
            Cascade,
            r#"SELECT cardinality($1::uuid[]) - (SELECT COUNT(*) FROM anomaly_decisions WHERE id = ANY($1)) AS "decisions!",
                      cardinality($2::uuid[]) - (SELECT COUNT(*) FROM action_executions WHERE id = ANY($2)) AS "actions!""#,
            &self.decisions,
            &self.actions,
        )
        .fetch_one(change.connection())
        .await?;
        Ok(cascade)
    }
}
