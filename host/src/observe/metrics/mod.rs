//! Figures in Prometheus' text format.

mod http;
mod ingest;
mod process;
mod scrape;

use std::fmt;

use prometheus_client::{encoding::text, registry::Registry};

use crate::{service::Platform, store::error::StoreError};

pub use http::{HttpFigures, measure};
pub use ingest::{IngestFigures, RowCounts, RowKind};

/// `Content-Type` of the answer.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted as it happens. Copies count together.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Requests.
    pub http: HttpFigures,
    /// Rows and batches.
    pub ingest: IngestFigures,
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
    platform.metrics.ingest.register(&mut registry);
    process::register(&mut registry, platform.started_at);
    scrape::register(&mut registry, platform).await?;
    let mut text = String::new();
    text::encode(&mut text, &registry)?;
    Ok(text)
}
