use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType},
    },
    store::{Store, error::Result, page::Period},
};

/// How many actions of one type are one way.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionStatistics {
    /// Their type.
    pub action_type: ActionType,
    /// How far they are.
    pub status: ActionStatus,
    /// How many there are.
    pub actions: i64,
    /// How many of them follow a decision that is FIX now.
    pub fixes: i64,
    /// How long they took on average, microseconds; `None` while they are pending.
    pub mean_duration: Option<f64>,
}

/// Counts actions that were asked for in a period, by type and status.
///
/// # Errors
///
/// If the database fails.
pub async fn statistics(store: &Store, requested: Period) -> Result<Vec<ActionStatistics>> {
    let statistics = sqlx::query_as!(
        ActionStatistics,
        r#"SELECT action.type AS action_type, action.status, count(*) AS "actions!",
                  count(*) FILTER (WHERE decision = 'FIX') AS "fixes!", avg(duration)::float8 AS mean_duration
           FROM action_executions AS action
           JOIN anomaly_decisions AS decision ON decision.id = decision_id
           WHERE ($1::timestamptz IS NULL OR requested_at >= $1) AND ($2::timestamptz IS NULL OR requested_at < $2)
           GROUP BY 1, 2
           ORDER BY 1, 2"#,
        requested.from as Option<Timestamp>,
        requested.until as Option<Timestamp>,
    );
    Ok(statistics.fetch_all(store.pool()).await?)
}

/// How often actions succeed.
#[derive(Clone, Debug, PartialEq)]
pub struct SuccessRate {
    /// Their type; `None` for all types together.
    pub action_type: Option<ActionType>,
    /// How many are finished.
    pub finished: i64,
    /// How many succeeded, undone later or not.
    pub succeeded: i64,
    /// Share of those finished, 0 to 1; `None` if none is.
    pub rate: Option<f64>,
}

/// Success rates of actions that were asked for in a period: all types together, then each that occurs.
///
/// # Errors
///
/// If the database fails.
pub async fn success_rate(store: &Store, requested: Period) -> Result<Vec<SuccessRate>> {
    let rates = sqlx::query_as!(
        SuccessRate,
        r#"SELECT type AS "action_type?", finished AS "finished!", succeeded AS "succeeded!",
                  succeeded::float8 / NULLIF(finished, 0) AS rate
           FROM (
               SELECT type, count(finished_at) AS finished,
                      count(*) FILTER (WHERE status IN ('SUCCEEDED', 'ROLLED_BACK')) AS succeeded
               FROM action_executions
               WHERE ($1::timestamptz IS NULL OR requested_at >= $1)
                 AND ($2::timestamptz IS NULL OR requested_at < $2)
               GROUP BY ROLLUP (type)
           ) AS counts
           ORDER BY type NULLS FIRST"#,
        requested.from as Option<Timestamp>,
        requested.until as Option<Timestamp>,
    );
    Ok(rates.fetch_all(store.pool()).await?)
}

/// How long actions take. Percentiles are continuous: between two durations they are interpolated (`percentile_cont`).
#[derive(Clone, Debug, PartialEq)]
pub struct Performance {
    /// Their type; `None` for all types together.
    pub action_type: Option<ActionType>,
    /// How many are finished.
    pub finished: i64,
    /// Mean duration, microseconds; like the others `None` if none is finished.
    pub mean: Option<f64>,
    /// Median, microseconds.
    pub p50: Option<f64>,
    /// What 95 of 100 do not exceed, microseconds.
    pub p95: Option<f64>,
    /// What 99 of 100 do not exceed, microseconds.
    pub p99: Option<f64>,
}

/// Durations of actions that were asked for in a period: all types together, then each that occurs.
///
/// # Errors
///
/// If the database fails.
pub async fn performance(store: &Store, requested: Period) -> Result<Vec<Performance>> {
    let performance = sqlx::query_as!(
        Performance,
        r#"SELECT type AS "action_type?", finished AS "finished!", mean,
                  percentiles[1] AS p50, percentiles[2] AS p95, percentiles[3] AS p99
           FROM (
               SELECT type, count(duration) AS finished, avg(duration)::float8 AS mean,
                      percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration) AS percentiles
               FROM action_executions
               WHERE ($1::timestamptz IS NULL OR requested_at >= $1)
                 AND ($2::timestamptz IS NULL OR requested_at < $2)
               GROUP BY ROLLUP (type)
           ) AS durations
           ORDER BY type NULLS FIRST"#,
        requested.from as Option<Timestamp>,
        requested.until as Option<Timestamp>,
    );
    Ok(performance.fetch_all(store.pool()).await?)
}
