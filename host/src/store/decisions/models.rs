use rust_decimal::Decimal;

use crate::{
    domain::time::Timestamp,
    store::{Store, error::Result, page::Period},
};

/// How one model does.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPerformance {
    /// Who runs it.
    pub provider: String,
    /// Its name.
    pub model: Option<String>,
    /// Decisions for which it was asked.
    pub count: i64,
    /// Share of them that a person replaced, 0 to 1.
    pub overridden: f64,
    /// Mean of the confidence that it had, 0 to 1, of those replaced too; `None` where it never said.
    pub confidence: Option<f64>,
    /// Median time to decide, microseconds.
    pub p50_latency: f64,
    /// 95th percentile of the time to decide, microseconds.
    pub p95_latency: f64,
    /// 99th percentile of the time to decide, microseconds.
    pub p99_latency: f64,
    /// Tokens that it read.
    pub input_tokens: i64,
    /// Tokens that it wrote.
    pub output_tokens: i64,
    /// US dollars.
    pub cost: Decimal,
}

/// How each model did in the decisions made in a period, pending ones left out, by provider and name.
///
/// # Errors
///
/// If the database fails.
pub async fn model_performance(store: &Store, decided: Period) -> Result<Vec<ModelPerformance>> {
    let performance = sqlx::query_as!(
        ModelPerformance,
        r#"SELECT provider AS "provider!", model, COUNT(*) AS "count!",
                  AVG((status = 'OVERRIDDEN')::int)::float8 AS "overridden!",
                  AVG(CASE WHEN status = 'OVERRIDDEN' THEN (
                      SELECT revision.confidence FROM decision_revisions AS revision
                      WHERE revision.decision_id = decision.id AND revision.decided_by <> 'PERSON'
                      ORDER BY revision.revision DESC LIMIT 1
                  ) ELSE confidence END) AS confidence,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY latency) AS "p50_latency!",
                  percentile_cont(0.95) WITHIN GROUP (ORDER BY latency) AS "p95_latency!",
                  percentile_cont(0.99) WITHIN GROUP (ORDER BY latency) AS "p99_latency!",
                  COALESCE(SUM(input_tokens), 0) AS "input_tokens!", COALESCE(SUM(output_tokens), 0) AS "output_tokens!",
                  COALESCE(SUM(cost), 0) AS "cost!"
           FROM anomaly_decisions AS decision
           WHERE provider IS NOT NULL AND status <> 'PENDING'
             AND ($1::timestamptz IS NULL OR decided_at >= $1) AND ($2::timestamptz IS NULL OR decided_at < $2)
           GROUP BY provider, model
           ORDER BY provider, model"#,
        decided.from as Option<Timestamp>,
        decided.until as Option<Timestamp>,
    )
    .fetch_all(store.pool())
    .await?;
    Ok(performance)
}
