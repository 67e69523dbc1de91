//! What a serving host says of itself: its log, its traces and its figures.
//!
//! One trace leads from a row to its block. Spans have these names, and each carries what finds it again:
//!
//! | span | fields | under |
//! |---|---|---|
//! | `request` | `id`, `method`, `path`, `caller`, `status` | the caller's `traceparent`, if one was sent |
//! | `ingest.batch` | `rows`, `requests` | the first `request` in it; it follows from the others |
//! | `change` | `requests` | the first `ingest.batch` in it; it follows from the others |
//! | `commit` | `blocks.first`, `blocks.last` | `change` |
//!
//! No span or event carries a key, an address that may be secret, or the name of a trader.

mod export;
pub mod metrics;
mod parent;

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{ParseError, Targets},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use crate::config::{Config, LogConfig, LogFormat};

pub use export::ExportError;
pub use metrics::Metrics;
pub use parent::adopt;

/// Longest wait for the last traces to be sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a host cannot say anything of itself.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The filter of the log.
    #[error("log.filter: {0}")]
    Filter(#[from] ParseError),
    /// The exporter of traces.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Another part of the process keeps the log.
    #[error("the log is kept already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// The log and the traces of this process.
pub struct Observing {
    provider: Option<SdkTracerProvider>,
}

impl Observing {
    /// Begins the log, and the traces where they are configured. It takes place within the runtime that sends them.
    ///
    /// # Errors
    ///
    /// If the settings cannot be used, or the process has begun already.
    pub fn start(config: &Config) -> Result<Self, ObserveError> {
        let provider = export::provider(&config.telemetry)?;
        let traces = provider.as_ref().map(|provider| {
            let own = Targets::new().with_target("host", Level::INFO).with_default(LevelFilter::OFF);
            tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("vyomo"))
                .with_threads(false)
                .with_location(false)
                .with_filter(own)
        });
        let filter = EnvFilter::try_new(&config.log.filter)?;
        Registry::default().with(traces).with(lines(&config.log).with_filter(filter)).try_init()?;
        Ok(Self { provider })
    }

    /// Sends what is left of the traces, if that is possible soon.
    pub async fn finish(self) {
        let Some(provider) = self.provider else { return };
        let shut_down = move || provider.shutdown_with_timeout(PATIENCE);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(shut_down).await {
            tracing::warn!("the last traces were not sent: {error}");
        }
    }
}

/// Lines on standard error.
fn lines<S>(config: &LogConfig) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(stderr);
    match config.format {
        LogFormat::Text => layer.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(false).boxed(),
    }
}
