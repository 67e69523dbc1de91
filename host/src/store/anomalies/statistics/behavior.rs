use super::counts::SeverityCounts;
use crate::{
    domain::{time::Timestamp, vocabulary::AnomalyType},
    store::{Store, error::Result, page::Period},
};

/// What is out of the ordinary in how a trader trades.
#[derive(Clone, Debug, PartialEq)]
pub struct UserBehaviorStatistics {
    /// How many anomalies there are of each severity.
    pub severities: SeverityCounts,
    /// How many there are of each type, in the order of types; those without one are left out.
    pub types: Vec<(AnomalyType, i64)>,
    /// Mean of their scores.
    pub mean_score: f64,
    /// Highest of their scores.
    pub max_score: f64,
    /// Share of real ones in those that a person marked, 0 to 1; `None` where nobody marked any.
    pub share_real: Option<f64>,
    /// When the last one was opened.
    pub last_at: Timestamp,
}

/// Statistics over a trader's anomalies that were opened in a period; `None` where there are none.
///
/// # Errors
///
/// If the database fails.
pub async fn user_behavior_statistics(
    store: &Store,
    user_id: &str,
    opened: Period,
) -> Result<Option<UserBehaviorStatistics>> {
    let row = sqlx::query!(
        r#"WITH anomalies AS (
               SELECT type, severity, score, is_real, opened_at FROM behavior_anomalies
               WHERE user_id = $1
                 AND ($2::timestamptz IS NULL OR opened_at >= $2) AND ($3::timestamptz IS NULL OR opened_at < $3)
           ), types AS (
               SELECT type, COUNT(*) AS count FROM anomalies GROUP BY type
           )
           SELECT COUNT(*) FILTER (WHERE severity = 'LOW') AS "low!",
                  COUNT(*) FILTER (WHERE severity = 'MEDIUM') AS "medium!",
                  COUNT(*) FILTER (WHERE severity = 'HIGH') AS "high!",
                  COUNT(*) FILTER (WHERE severity = 'CRITICAL') AS "critical!",
                  AVG(score) AS "mean_score!", MAX(score) AS "max_score!", MAX(opened_at) AS "last_at!",
                  AVG(CASE WHEN is_real THEN 1.0 WHEN NOT is_real THEN 0.0 END)::float8 AS share_real,
                  (SELECT array_agg(type ORDER BY type) FROM types) AS "types!: Vec<AnomalyType>",
                  (SELECT array_agg(count ORDER BY type) FROM types) AS "counts!"
           FROM anomalies
           HAVING COUNT(*) > 0"#,
        user_id,
        opened.from as Option<Timestamp>,
        opened.until as Option<Timestamp>,
    )
    .fetch_optional(store.pool())
    .await?;
    Ok(row.map(|row| UserBehaviorStatistics {
        severities: SeverityCounts {
            low: row.low,
            medium: row.medium,
            high: row.high,
            critical: row.critical,
        },
        types: row.types.into_iter().zip(row.counts).collect(),
        mean_score: row.mean_score,
        max_score: row.max_score,
        share_real: row.share_real,
        last_at: row.last_at,
    }))
}
