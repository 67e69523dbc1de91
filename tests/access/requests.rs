//! What a request may be like, and what every answer is like.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use reqwest::{Body, StatusCode};
use serde_json::Value;

use crate::support::{SOMETHING, client, get, guarded, key, problem};

/// A query that is as long as one wishes.
fn query(length: usize) -> String {
    serde_json::json!({ "query": "{ __typename }", "operationName": null, "extensions": { "x": "y".repeat(length) } })
        .to_string()
}

#[tokio::test]
async fn a_body_has_a_largest_size_however_it_comes() {
    let (_database, site) = guarded("bodies").await;
    let site = site.with("VYOMO_SERVER__MAX_BODY_BYTES", "10000");
    let key = key(&site, "desk", "viewer");
    let serving = site.serve();
    let post = |body: Body, encoding: &'static str| {
        client()
            .post(format!("{}/graphql", serving.url))
            .bearer_auth(&key)
            .header("content-type", "application/json")
            .header("content-encoding", encoding)
            .body(body)
            .send()
    };
    assert_eq!(post(query(9_000).into(), "identity").await.unwrap().status(), StatusCode::OK);
    assert_eq!(post(packed(&query(9_000)).into(), "gzip").await.unwrap().status(), StatusCode::OK);
    let chunks = futures::stream::iter([Ok::<_, std::io::Error>(query(20_000))]);
    for (body, encoding) in [
        (Body::from(query(20_000)), "identity"),
        (Body::wrap_stream(chunks), "identity"),
        (packed(&query(20_000)).into(), "gzip"),
    ] {
        let answer = post(body, encoding).await.unwrap();
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(problem(answer).await["code"], "TOO_LARGE");
    }
}

/// Half a GiB of zeros, packed.
fn bomb() -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..512 {
        packer.write_all(&zeros).unwrap();
    }
    packer.finish().unwrap()
}

#[tokio::test]
async fn what_is_short_and_unpacks_to_much_is_refused_and_takes_no_memory() {
    let (_database, site) = guarded("bombs").await;
    let key = key(&site, "desk", "operator,ingest");
    let serving = site.serve();
    let bomb = bomb();
    assert!(bomb.len() < 8 << 20, "it must not be too large by itself");
    for (path, kind) in [
        ("/api/backtest/uploads", "application/octet-stream"),
        ("/api/ingest/bars", "application/x-ndjson"),
        ("/graphql", "application/json"),
    ] {
        let before = serving.peak_memory();
        let request = client().post(format!("{}{path}", serving.url)).bearer_auth(&key);
        let request = request.header("content-type", kind).header("content-encoding", "gzip");
        let answer = request.body(bomb.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(problem(answer).await["code"], "TOO_LARGE");
        let grown = serving.peak_memory().saturating_sub(before);
        assert!(grown < 128 << 20, "{path}: {grown} bytes");
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[tokio::test]
async fn whatever_is_refused_is_a_problem() {
    let (_database, site) = guarded("problems").await;
    let key = key(&site, "desk", "viewer");
    let serving = site.serve();
    let nothing = problem(get(&serving, "/api/nothing", Some(&key)).await).await;
    assert_eq!((nothing["status"].as_u64(), nothing["code"].as_str()), (Some(404), Some("NOT_FOUND")));
    let id = problem(get(&serving, "/api/anomalies/nonsense", Some(&key)).await).await;
    assert_eq!((id["status"].as_u64(), id["code"].as_str()), (Some(400), Some("INVALID")));
    let method =
        client().delete(format!("{}{SOMETHING}", serving.url)).bearer_auth(&key).send().await.unwrap();
    assert!(method.headers()["allow"].to_str().unwrap().contains("GET"));
    assert_eq!(problem(method).await["code"], "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn every_answer_has_the_requests_id() {
    let (_database, site) = guarded("ids").await;
    let serving = site.serve();
    let ask = async |id: &str| {
        let url = format!("{}{SOMETHING}", serving.url);
        let answer = client().get(url).header("x-request-id", id).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        answer.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(ask("order-66.a").await, "order-66.a");
    let (one, two) = (ask("two words").await, ask(&"a".repeat(65)).await);
    assert!(one.len() == 36 && two.len() == 36 && one != two, "{one} {two}");
    let own = get(&serving, "/api/version", None).await;
    assert_eq!(own.headers()["x-request-id"].len(), 36);
}

#[tokio::test]
async fn browsers_are_told_to_be_careful() {
    let (_database, site) = guarded("headers").await;
    let serving = site.serve();
    for path in ["/api/version", SOMETHING, "/api/nothing"] {
        let answer = get(&serving, path, None).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers()[name], value, "{path}");
        }
    }
    assert_eq!(get(&serving, SOMETHING, None).await.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn answers_are_packed_for_who_takes_it() {
    let (_database, site) = guarded("gzip").await;
    let serving = site.serve();
    let ask = async |path: &str| {
        let url = format!("{}{path}", serving.url);
        client().get(url).header("accept-encoding", "gzip").send().await.unwrap()
    };
    let answer = ask(SOMETHING).await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let mut text = String::new();
    let bytes = answer.bytes().await.unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*bytes), &mut text).unwrap();
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["code"], "UNAUTHENTICATED");
}
