use rust_decimal::Decimal;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{DecidedBy, DecisionType},
    },
    store::{Store, error::Result, page::Period},
};

/// Figures of a group of decisions, which one of the first three fields names; where all are `None`, of all.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionStatistics {
    /// Those that decided this.
    pub decision: Option<DecisionType>,
    /// Those that were made so.
    pub decided_by: Option<DecidedBy>,
    /// Those for which a model of this provider was asked.
    pub provider: Option<String>,
    /// How many.
    pub count: i64,
    /// Mean of their confidence, 0 to 1; `None` where none has any.
    pub confidence: Option<f64>,
    /// Mean time to decide, microseconds.
    pub mean_latency: f64,
    /// Median time to decide, microseconds.
    pub p50_latency: f64,
    /// 95th percentile of the time to decide, microseconds.
    pub p95_latency: f64,
    /// 99th percentile of the time to decide, microseconds.
    pub p99_latency: f64,
    /// What they cost together, US dollars.
    pub cost: Decimal,
}

/// Statistics over the decisions made in a period, pending ones left out: of all, by decision, by who decided, and
/// by provider. Empty where there are none.
///
/// # Errors
///
/// If the database fails.
pub async fn statistics(store: &Store, decided: Period) -> Result<Vec<DecisionStatistics>> {
    let statistics = sqlx::query_as!(
        DecisionStatistics,
        r#"SELECT decision AS "decision?", decided_by AS "decided_by?", provider, COUNT(*) AS "count!",
                  AVG(confidence) AS confidence, AVG(latency)::float8 AS "mean_latency!",
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY latency) AS "p50_latency!",
                  percentile_cont(0.95) WITHIN GROUP (ORDER BY latency) AS "p95_latency!",
                  percentile_cont(0.99) WITHIN GROUP (ORDER BY latency) AS "p99_latency!",
                  COALESCE(SUM(cost), 0) AS "cost!"
           FROM anomaly_decisions
           WHERE status <> 'PENDING'
             AND ($1::timestamptz IS NULL OR decided_at >= $1) AND ($2::timestamptz IS NULL OR decided_at < $2)
           GROUP BY GROUPING SETS ((), (decision), (decided_by), (provider))
           HAVING COUNT(*) > 0 AND (GROUPING(provider) = 1 OR provider IS NOT NULL)
           ORDER BY decision NULLS FIRST, decided_by NULLS FIRST, provider NULLS FIRST"#,
        decided.from as Option<Timestamp>,
        decided.until as Option<Timestamp>,
    )
    .fetch_all(store.pool())
    .await?;
    Ok(statistics)
}
