use serde::Serialize;

use crate::store::{change::Change, error::Result};

/// How many rows about a person were deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// Fills.
    pub trades: u64,
    /// Signals of algorithms that worked for the person.
    pub signals: u64,
    /// Notes about rows that a component could not take.
    pub skipped_rows: u64,
    /// Recipients of notifications, with their addresses.
    pub recipients: u64,
    /// Results of recorded backtests that name the person. Their blocks stay, and prove a copy kept elsewhere.
    pub backtest_runs: u64,
    /// Files that were handed in within a day, all of them: whom they name cannot be told without unpacking them.
    pub uploads: u64,
}

macro_rules! delete {
    ($change:ident, $user_id:ident, $sql:literal) => {
        sqlx::query!($sql, $user_id).execute($change.connection()).await?.rows_affected()
    };
}

pub(super) async fn delete(change: &mut Change<'_>, user_id: &str) -> Result<Deleted> {
    Ok(Deleted {
        trades: delete!(change, user_id, "DELETE FROM trades WHERE user_id = $1"),
        signals: delete!(change, user_id, "DELETE FROM signals WHERE user_id = $1"),
        skipped_rows: delete!(
            change,
            user_id,
            "DELETE FROM skipped_rows WHERE family = 'BEHAVIOR' AND subject = $1"
        ),
        recipients: delete!(change, user_id, "DELETE FROM notification_recipients WHERE user_id = $1"),
        backtest_runs: delete!(
            change,
            user_id,
            "DELETE FROM backtest_runs WHERE position(convert_to(to_json($1::text)::text, 'UTF8') IN result) > 0"
        ),
        uploads: sqlx::query!("DELETE FROM uploads").execute(change.connection()).await?.rows_affected(),
    })
}
