//! Slow clients, many clients, and the end.

use std::time::Duration;

use tests::serving::Serving;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::support::{PATIENCE, guarded, key};

const QUERY: &str = r#"{"query":"{ __typename }"}"#;

async fn connect(serving: &Serving) -> TcpStream {
    TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).await.unwrap()
}

/// Everything until the host hangs up.
async fn read(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is reset has ended as well.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said)).await.unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

/// The head of a query whose body is to follow.
fn head(key: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: vyomo\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        QUERY.len()
    )
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let (_database, site) = guarded("slow_head").await;
    let serving = site.with("VYOMO_SERVER__HEADER_TIMEOUT_SECONDS", "1").serve();
    for begun in ["", "GET /api/ver", "GET /api/version HTTP/1.1\r\nhost: vyomo\r\nx-slow: "] {
        let mut stream = connect(&serving).await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert!(!read(&mut stream).await.contains("200 OK"));
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let (_database, site) = guarded("slow_body").await;
    let site = site.with("VYOMO_SERVER__REQUEST_TIMEOUT_SECONDS", "1");
    let key = key(&site, "desk", "viewer");
    let serving = site.serve();
    let mut stream = connect(&serving).await;
    stream.write_all(head(&key).as_bytes()).await.unwrap();
    let said = read(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    assert!(said.contains("no answer within 1 s") && said.contains("retry-after: 1"), "{said}");
}

#[tokio::test]
async fn there_are_only_so_many_connections() {
    let (_database, site) = guarded("many").await;
    let serving = site.with("VYOMO_SERVER__MAX_CONNECTIONS", "1").serve();
    let mut first = connect(&serving).await;
    first.write_all(b"GET /api/version HTTP/1.1\r\nhost: vyomo\r\n\r\n").await.unwrap();
    first.readable().await.unwrap();
    let mut second = connect(&serving).await;
    second.write_all(b"GET /api/version HTTP/1.1\r\nhost: vyomo\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(timeout(Duration::from_millis(500), second.readable()).await.is_err());
    drop(first);
    assert!(read(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn what_is_under_way_is_finished_before_the_end() {
    let (_database, site) = guarded("drain").await;
    let site = site.with("VYOMO_SERVER__DRAIN_SECONDS", "60");
    let key = key(&site, "desk", "viewer");
    let serving = site.serve();
    let mut stream = connect(&serving).await;
    stream.write_all(head(&key).as_bytes()).await.unwrap();
    // The host has to have begun with it.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let address = serving.url.strip_prefix("http://").unwrap().to_owned();
    let stopped = tokio::task::spawn_blocking(|| serving.stop());
    let closed = async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, closed).await.unwrap();
    stream.write_all(QUERY.as_bytes()).await.unwrap();
    let said = read(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    let (code, log) = stopped.await.unwrap();
    assert_eq!(code, 0, "{log}");
}

#[tokio::test]
async fn who_never_finishes_does_not_keep_the_host() {
    let (_database, site) = guarded("bounded_drain").await;
    let site = site.with("VYOMO_SERVER__DRAIN_SECONDS", "1");
    let key = key(&site, "desk", "viewer");
    let serving = site.serve();
    let mut stream = connect(&serving).await;
    stream.write_all(head(&key).as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log}");
}
