use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use serde_json::Value;
use tests::{database, serving::Site};
use tokio::{net::TcpListener, time::sleep};

use crate::client;

/// A collector that keeps what it gets: the header `x-token`, and the body.
type Kept = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

async fn collector() -> (String, Kept) {
    let kept = Kept::default();
    let router = Router::new()
        .route(
            "/v1/traces",
            post(async |State(kept): State<Kept>, headers: HeaderMap, body: Bytes| {
                let token = headers.get("x-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
                kept.lock().unwrap().push((token.to_owned(), body.to_vec()));
            }),
        )
        .with_state(Arc::clone(&kept));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, kept)
}

/// What is told of one span.
#[derive(Clone, Debug, Default, PartialEq)]
struct Span {
    trace: Vec<u8>,
    id: Vec<u8>,
    parent: Vec<u8>,
    name: String,
    /// The rest as it came, to look for texts in.
    bytes: Vec<u8>,
}

/// Fields of a Protobuf message that hold bytes, texts or messages; others are passed over.
fn fields(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    fn number(message: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (byte, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return value;
            }
        }
    }
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = number(&mut message);
        let length = match tag & 7 {
            0 => {
                number(&mut message);
                continue;
            }
            1 => 8,
            5 => 4,
            _ => number(&mut message) as usize,
        };
        let (value, rest) = message.split_at(length);
        message = rest;
        if tag & 7 == 2 {
            found.push((tag >> 3, value));
        }
    }
    found
}

/// All spans of a request: `ExportTraceServiceRequest`, `ResourceSpans`, `ScopeSpans`, `Span` (opentelemetry-proto 1.9).
fn spans(body: &[u8]) -> Vec<Span> {
    let within = |messages: Vec<&[u8]>, field: u64| -> Vec<Vec<u8>> {
        let inner = messages.into_iter().flat_map(fields);
        inner.filter(|(number, _)| *number == field).map(|(_, value)| value.to_vec()).collect()
    };
    let resources = within(vec![body], 1);
    let scopes = within(resources.iter().map(Vec::as_slice).collect(), 2);
    let found = within(scopes.iter().map(Vec::as_slice).collect(), 2);
    found
        .into_iter()
        .map(|bytes| {
            let mut span = Span::default();
            for (number, value) in fields(&bytes) {
                match number {
                    1 => span.trace = value.to_vec(),
                    2 => span.id = value.to_vec(),
                    4 => span.parent = value.to_vec(),
                    5 => span.name = String::from_utf8(value.to_vec()).unwrap(),
                    _ => {}
                }
            }
            Span { bytes, ..span }
        })
        .collect()
}

const BAR: &str = "{\"timestamp\":\"2026-01-05T03:45:00Z\",\"symbol\":\"NIFTY\",\"close\":\"100.05\"}\n";

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_a_row_to_its_commit_in_the_callers_own() {
    let database = database::fresh("traces").await;
    let (url, kept) = collector().await;
    let site = Site::new(&database)
        .with_components(&["plugins/market/price-movement/price-movement.wasm"])
        .with("VYOMO_TELEMETRY__OTLP_ENDPOINT", &url)
        .with("VYOMO_TELEMETRY__HEADERS", "{x-token=\"hunter2\"}");
    let serving = site.serve();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = client()
        .post(format!("{}/api/ingest/bars", serving.url))
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .header("x-request-id", "find-me-again")
        .header("content-type", "application/x-ndjson")
        .body(BAR)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("hunter2"), "{log}");

    let kept = kept.lock().unwrap();
    assert!(kept.iter().all(|(token, _)| token == "hunter2"));
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let own: Vec<Span> =
        kept.iter().flat_map(|(_, body)| spans(body)).filter(|span| hex(&span.trace) == trace).collect();
    let named = |name: &str| {
        own.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name} in {own:?}"))
    };
    assert_eq!(hex(&named("request").parent), "00f067aa0ba902b7");
    let id = b"find-me-again";
    assert!(named("request").bytes.windows(id.len()).any(|window| window == id), "{own:?}");
    for (name, above) in [("ingest.batch", "request"), ("change", "ingest.batch"), ("commit", "change")] {
        assert_eq!(named(name).parent, named(above).id, "{name} under {above}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_harms_nothing() {
    let database = database::fresh("no_collector").await;
    let site = Site::new(&database)
        .with("VYOMO_TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:9")
        .with("VYOMO_TELEMETRY__TIMEOUT_SECONDS", "1");
    let serving = site.serve();
    for _ in 0..20 {
        let answer = client().get(format!("{}/api/version", serving.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("traces cannot be sent and are dropped"), "{log}");
    assert_eq!(log.matches("traces cannot be sent").count(), 1, "it is said once: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_json_where_asked_and_names_requests() {
    let database = database::fresh("log").await;
    let site =
        Site::new(&database).with("VYOMO_LOG__FORMAT", "json").with("VYOMO_LOG__FILTER", "info,host=debug");
    let serving = site.serve();
    // What fails inside is said once, with the request's id.
    let renamed = "ALTER TABLE anomaly_detections RENAME TO elsewhere";
    sqlx::query(renamed).execute(&database.pool).await.unwrap();
    let answer = client()
        .get(format!("{}/api/anomalies", serving.url))
        .header("x-request-id", "find-me-again")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 500);
    let (_, log) = serving.stop();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let about: Vec<&Value> = lines
        .iter()
        .filter(|line| line["level"] == "ERROR" && line["spans"].to_string().contains("find-me-again"))
        .collect();
    assert_eq!(about.len(), 1, "{log}");
    assert!(about[0]["message"].as_str().unwrap().contains("anomaly_detections"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_text_that_prometheus_reads() {
    let database = database::fresh("figures").await;
    let component = "plugins/market/price-movement/price-movement.wasm";
    let serving = Site::new(&database).with_components(&[component]).serve();
    let url = format!("{}/api/ingest/bars", serving.url);
    let json = "application/x-ndjson";
    for _ in 0..2 {
        let post = client().post(&url).header("content-type", json).body(BAR);
        assert_eq!(post.send().await.unwrap().status(), 200);
        // Workers show their figures when they have worked, at most four times a second.
        sleep(Duration::from_millis(500)).await;
    }
    for path in ["/api/version", "/api/version", "/api/nothing"] {
        client().get(format!("{}{path}", serving.url)).send().await.unwrap();
    }
    let answer = client().get(format!("{}/metrics", serving.url)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text().await.unwrap();
    for line in [
        r#"vyomo_http_requests_total{method="GET",route="/api/version",status="200"} 2"#,
        r#"vyomo_http_requests_total{method="GET",route="none",status="404"} 1"#,
        "vyomo_http_requests_under_way 1",
        r#"vyomo_backlog{queue="outbox"} 0"#,
        "vyomo_ingest_rows_accepted_total 1",
        "vyomo_ingest_batch_rows_count 1",
        "vyomo_subjects 1",
        r#"vyomo_plugin_rows_total{plugin="price-movement"} 1"#,
        r#"vyomo_plugin_state{plugin="price-movement",state="RUNNING"} 1"#,
        "vyomo_feed_subscribers 0",
        "vyomo_database_connections_most 16",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    for name in
        ["vyomo_build_info{", "vyomo_process_resident_memory_bytes ", "vyomo_started_timestamp_seconds "]
    {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
}
