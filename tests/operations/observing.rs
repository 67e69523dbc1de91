use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use serde_json::Value;
use tests::{database, serving::Site};
use tokio::net::TcpListener;

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

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_a_trace_that_a_collector_gets_in_the_callers_own() {
    let database = database::fresh("traces").await;
    let (url, kept) = collector().await;
    let site = Site::new(&database)
        .with("VYOMO_TELEMETRY__OTLP_ENDPOINT", &url)
        .with("VYOMO_TELEMETRY__HEADERS", "{x-token=\"hunter2\"}");
    let serving = site.serve();
    let parent = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = reqwest::Client::new()
        .get(format!("{}/api/anomalies", serving.url))
        .header("traceparent", format!("00-{parent}-00f067aa0ba902b7-01"))
        .header("x-request-id", "find-me-again")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log}");
    let kept = kept.lock().unwrap();
    let trace: Vec<u8> =
        (0..16).map(|i| u8::from_str_radix(&parent[2 * i..2 * i + 2], 16).unwrap()).collect();
    let found = kept.iter().any(|(token, body)| {
        let parts: [&[u8]; 4] = [b"request", b"find-me-again", b"vyomo", &trace];
        token == "hunter2" && parts.iter().all(|part| holds(body, part))
    });
    assert!(found, "{} requests to the collector", kept.len());
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_harms_nothing() {
    let database = database::fresh("no_collector").await;
    let site = Site::new(&database)
        .with("VYOMO_TELEMETRY__OTLP_ENDPOINT", "http://127.0.0.1:9")
        .with("VYOMO_TELEMETRY__TIMEOUT_SECONDS", "1");
    let serving = site.serve();
    for _ in 0..20 {
        let answer = reqwest::get(format!("{}/api/version", serving.url)).await.unwrap();
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
    let answer = reqwest::Client::new()
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
    let serving = Site::new(&database).serve();
    for path in ["/api/version", "/api/version", "/api/nothing"] {
        reqwest::get(format!("{}{path}", serving.url)).await.unwrap();
    }
    let answer = reqwest::get(format!("{}/metrics", serving.url)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text().await.unwrap();
    for line in [
        r#"vyomo_http_requests_total{method="GET",route="/api/version",status="200"} 2"#,
        r#"vyomo_http_requests_total{method="GET",route="none",status="404"} 1"#,
        "vyomo_http_requests_under_way 1",
        "vyomo_ledger_blocks 0",
        r#"vyomo_backlog{queue="outbox"} 0"#,
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
