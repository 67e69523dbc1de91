//! Figures in Prometheus' text format.

mod agent;
mod feed;
mod http;
mod live;
mod process;
mod scrape;

use std::fmt;

use prometheus_client::{encoding::text, metrics::gauge::Gauge, registry::Registry};

use crate::{agent::Agent, service::Platform, store::error::StoreError};

pub use http::{HttpFigures, measure};

/// `Content-Type` of the answer.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted as it happens. Copies count together.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Requests.
    pub http: HttpFigures,
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The database does not say how long its queues are.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The text could not be written.
    #[error("the figures could not be written: {0}")]
    Text(#[from] fmt::Error),
}

/// What was counted, and what other parts of the host say at this moment.
///
/// # Errors
///
/// If the database fails.
pub async fn render(platform: &Platform) -> Result<String, MetricsError> {
    let mut registry = Registry::with_prefix("vyomo");
    platform.metrics.http.register(&mut registry);
    process::register(&mut registry, platform.started_at);
    live::register(&mut registry, &platform.engine);
    feed::register(&mut registry, &platform.feed.figures());
    if let Some(did) = platform.desk.judge().agent().map(Agent::metrics) {
        agent::register(&mut registry, &did);
    }
    scrape::register(&mut registry, platform).await?;
    let mut text = String::new();
    text::encode(&mut text, &registry)?;
    Ok(text)
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

/// Gauges are signed.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
