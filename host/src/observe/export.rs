//! Traces to a collector, as OTLP over HTTP (OpenTelemetry Protocol 1.9, binary Protobuf).

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry_otlp::{ExporterBuildError, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanExporter},
};
use tokio::runtime::Handle;

use crate::{config::TelemetryConfig, http};

/// Most spans that wait to be sent; what is more is dropped, and the host goes on.
const WAITING: usize = 8_192;

/// Longest that a span waits for others.
const DELAY: Duration = Duration::from_secs(1);

/// Why no trace can be sent.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// No client.
    #[error("telemetry: no request can be made: {0}")]
    Client(#[from] reqwest::Error),
    /// No exporter.
    #[error("telemetry.otlp_endpoint or telemetry.headers: {0}")]
    Build(#[from] ExporterBuildError),
}

/// What takes spans and sends them in the background; none where no collector is configured.
pub(super) fn provider(config: &TelemetryConfig) -> Result<Option<SdkTracerProvider>, ExportError> {
    let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
    let headers: HashMap<String, String> =
        config.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect();
    let inner = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(http::client(config.timeout(), |client| client)?)
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .with_timeout(config.timeout())
        .with_headers(headers)
        .build()?;
    let exporter =
        OnRuntime { inner: Arc::new(inner), runtime: Handle::current(), failing: AtomicBool::new(false) };
    let batches =
        BatchConfigBuilder::default().with_max_queue_size(WAITING).with_scheduled_delay(DELAY).build();
    let resource = Resource::builder_empty()
        .with_attributes([
            opentelemetry::KeyValue::new("service.name", "vyomo"),
            opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        ])
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.sampled.value())));
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    Ok(Some(
        SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(sampler)
            .with_resource(resource)
            .build(),
    ))
}

/// Spans are collected by a thread of their own, and sent by the runtime that the client needs.
#[derive(Debug)]
struct OnRuntime {
    inner: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
    failing: AtomicBool,
}

impl SpanExporter for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let sent = self.runtime.spawn(async move { inner.export(batch).await }).await;
        let sent = sent.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())));
        self.note(&sent);
        sent
    }
}

impl OnRuntime {
    /// Says once that a collector is away, and once that it is back.
    fn note(&self, sent: &OTelSdkResult) {
        match (sent, self.failing.swap(sent.is_err(), Ordering::Relaxed)) {
            (Err(error), false) => tracing::warn!("traces cannot be sent and are dropped: {error}"),
            (Ok(()), true) => tracing::info!("traces can be sent again"),
            _ => {}
        }
    }
}
