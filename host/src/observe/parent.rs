//! The trace that a request belongs to.

use std::collections::HashMap;

use axum::http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Headers that name a trace (W3C Trace Context).
const HEADERS: [&str; 2] = ["traceparent", "tracestate"];

/// Puts a span under the trace that a request's headers name, if they name one.
pub fn adopt(span: &Span, headers: &HeaderMap) {
    let carrier: HashMap<String, String> = HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), headers.get(*name)?.to_str().ok()?.to_owned())))
        .collect();
    if !carrier.is_empty() {
        // Fails only for spans that are no longer recorded, which need no parent.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
    }
}
