//! How well the platform does its work.

use super::{
    Platform, Result, ServiceError,
    views::{Latency, Metrics},
};
use crate::{
    access::{Caller, Scope},
    domain::time::{DAY, SECOND, Timestamp},
    observe::metrics::{MetricsError, render},
    store::{actions, anomalies, decisions, notifications, page::Period, realtime},
};

/// Microseconds of a millisecond.
const MILLISECOND: f64 = 1_000.0;

/// Figures of a period; of the day before now where nothing is said.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn metrics(platform: &Platform, caller: &Caller, period: Period) -> Result<Metrics> {
    caller.check(Scope::Viewer)?;
    let (store, now) = (platform.store(), platform.now());
    let until = period.until.unwrap_or(now);
    let from = period.from.unwrap_or(Timestamp(until.0.saturating_sub(DAY)));
    let period = Period { from: Some(from), until: Some(until) };
    let anomalies = anomalies::statistics(store, period, None).await?;
    let marks = realtime::marks(store, period).await?;
    let marked = marks.real + marks.not_real;
    // The first row is about all of them.
    let decisions = decisions::statistics(store, period).await?;
    let decided = decisions
        .iter()
        .find(|one| one.decision.is_none() && one.decided_by.is_none() && one.provider.is_none());
    let rates = actions::success_rate(store, period).await?;
    let done = rates.iter().find(|one| one.action_type.is_none());
    let performance = actions::performance(store, period).await?;
    let took = performance.iter().find(|one| one.action_type.is_none());
    let deliveries = notifications::delivery_success_rate(store, period).await?;
    let delivered = deliveries.iter().find(|one| one.channel.is_none());
    Ok(Metrics {
        from,
        until,
        anomalies: anomalies.iter().map(|count| count.count).sum(),
        confirmed: marks.real,
        refuted: marks.not_real,
        precision: (marked > 0).then(|| marks.real as f64 / marked as f64),
        decisions: decided.map_or(0, |one| one.count),
        mean_confidence: decided.and_then(|one| one.confidence),
        decision_latency: decided.map_or_else(Latency::default, |one| Latency {
            mean: milliseconds(Some(one.mean_latency)),
            p50: milliseconds(Some(one.p50_latency)),
            p95: milliseconds(Some(one.p95_latency)),
            p99: milliseconds(Some(one.p99_latency)),
        }),
        model_cost: decided.map(|one| one.cost).unwrap_or_default().to_string(),
        actions: done.map_or(0, |one| one.finished),
        action_success_rate: done.and_then(|one| one.rate),
        action_latency: took.map_or_else(Latency::default, |one| Latency {
            mean: milliseconds(one.mean),
            p50: milliseconds(one.p50),
            p95: milliseconds(one.p95),
            p99: milliseconds(one.p99),
        }),
        deliveries: delivered.map_or(0, |one| one.delivered + one.failed),
        delivery_success_rate: delivered.and_then(|one| one.rate),
        uptime_seconds: now.0.saturating_sub(platform.started_at.0) / SECOND,
    })
}

/// Figures of this host in the text format of Prometheus.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn text(platform: &Platform, caller: &Caller) -> Result<String> {
    caller.check(Scope::Viewer)?;
    render(platform).await.map_err(|error| match error {
        MetricsError::Store(error) => error.into(),
        MetricsError::Text(_) => ServiceError::Internal(error.into()),
    })
}

fn milliseconds(microseconds: Option<f64>) -> Option<f64> {
    microseconds.map(|time| time / MILLISECOND)
}
