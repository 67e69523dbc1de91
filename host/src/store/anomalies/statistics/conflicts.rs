use super::counts::SeverityCounts;
use crate::{
    domain::time::Timestamp,
    store::{Store, error::Result, page::Period},
};

/// How the algorithms that work for a user contradict each other.
#[derive(Clone, Debug, PartialEq)]
pub struct UserConflictStatistics {
    /// How many conflicts there are of each severity.
    pub severities: SeverityCounts,
    /// Mean of their disagreement, per cent.
    pub disagreement: f64,
    /// Mean of their consensus, per cent.
    pub consensus: f64,
    /// The symbols with most of them, at most five, and how many those have.
    pub symbols: Vec<(String, i64)>,
    /// When the last one was opened.
    pub last_at: Timestamp,
}

/// Statistics over a user's conflicts that were opened in a period; `None` where there are none.
///
/// # Errors
///
/// If the database fails.
pub async fn user_conflict_statistics(
    store: &Store,
    user_id: &str,
    opened: Period,
) -> Result<Option<UserConflictStatistics>> {
    let row = sqlx::query!(
        r#"WITH conflicts AS (
               SELECT symbol, severity, disagreement, consensus, opened_at FROM algorithm_conflicts
               WHERE user_id = $1
                 AND ($2::timestamptz IS NULL OR opened_at >= $2) AND ($3::timestamptz IS NULL OR opened_at < $3)
           ), symbols AS (
               SELECT symbol, COUNT(*) AS count FROM conflicts GROUP BY symbol ORDER BY count DESC, symbol LIMIT 5
           )
           SELECT COUNT(*) FILTER (WHERE severity = 'LOW') AS "low!",
                  COUNT(*) FILTER (WHERE severity = 'MEDIUM') AS "medium!",
                  COUNT(*) FILTER (WHERE severity = 'HIGH') AS "high!",
                  COUNT(*) FILTER (WHERE severity = 'CRITICAL') AS "critical!",
                  AVG(disagreement) AS "disagreement!", AVG(consensus) AS "consensus!", MAX(opened_at) AS "last_at!",
                  (SELECT array_agg(symbol ORDER BY count DESC, symbol) FROM symbols) AS "symbols!",
                  (SELECT array_agg(count ORDER BY count DESC, symbol) FROM symbols) AS "counts!"
           FROM conflicts
           HAVING COUNT(*) > 0"#,
        user_id,
        opened.from as Option<Timestamp>,
        opened.until as Option<Timestamp>,
    )
    .fetch_optional(store.pool())
    .await?;
    Ok(row.map(|row| UserConflictStatistics {
        severities: SeverityCounts {
            low: row.low,
            medium: row.medium,
            high: row.high,
            critical: row.critical,
        },
        disagreement: row.disagreement,
        consensus: row.consensus,
        symbols: row.symbols.into_iter().zip(row.counts).collect(),
        last_at: row.last_at,
    }))
}
