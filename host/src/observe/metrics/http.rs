//! Requests by route, status and duration.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::service::Platform;

/// Upper bounds of answer times, seconds: an answer to ingest takes some milliseconds, a long query seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Which requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    /// As declared: without ids.
    route: String,
}

/// How they ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    method: String,
    route: String,
    status: u16,
}

/// Requests of this process.
#[derive(Clone, Debug)]
pub struct HttpFigures {
    requests: Family<Ended, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    under_way: Gauge,
}

impl Default for HttpFigures {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            under_way: Gauge::default(),
        }
    }
}

impl HttpFigures {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register("http_request_seconds", "Time to an answer's first byte", self.seconds.clone());
        registry.register(
            "http_requests_under_way",
            "Requests without an answer yet",
            self.under_way.clone(),
        );
    }
}

/// Counts a request and how long its answer took.
pub async fn measure(State(platform): State<Arc<Platform>>, request: Request, next: Next) -> Response {
    let figures = &platform.metrics.http;
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = matched.unwrap_or_else(|| "none".to_owned());
    let method = standard(request.method().as_str()).to_owned();
    let began = Instant::now();
    let _under_way = UnderWay::begin(&figures.under_way);
    let response = next.run(request).await;
    let seconds = began.elapsed().as_secs_f64();
    figures.seconds.get_or_create(&Route { method: method.clone(), route: route.clone() }).observe(seconds);
    figures.requests.get_or_create(&Ended { method, route, status: response.status().as_u16() }).inc();
    response
}

/// Callers may send any word as a method; only those that mean something get a line of their own.
fn standard(method: &str) -> &str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| *known == method).unwrap_or("OTHER")
}

/// Ends when the caller gives up, too.
struct UnderWay<'a>(&'a Gauge);

impl<'a> UnderWay<'a> {
    fn begin(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}
