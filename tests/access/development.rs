//! Development mode: no keys, and so nobody but this machine.

use reqwest::{Response, StatusCode};
use tests::serving::Serving;

use crate::support::{SOMETHING, client, get, guarded, key, problem, status};

async fn ask_as(serving: &Serving, header: &str, value: &str) -> Response {
    client().get(format!("{}{SOMETHING}", serving.url)).header(header, value).send().await.unwrap()
}

#[tokio::test]
async fn development_mode_is_asked_for_and_says_so_loudly() {
    let (_database, site) = guarded("asked").await;
    let serving = site.serve();
    assert_eq!(status(&serving, SOMETHING, None).await, StatusCode::UNAUTHORIZED);
    let (_, log) = serving.stop();
    assert!(!log.contains("DEVELOPMENT"), "{log}");
    let serving = site.serve_with(&["--dev"]);
    assert_eq!(status(&serving, SOMETHING, None).await, StatusCode::NOT_FOUND);
    let (_, log) = serving.stop();
    assert!(
        log.contains("DEVELOPMENT MODE: every program on this machine may see and do everything"),
        "{log}"
    );
}

#[tokio::test]
async fn development_mode_is_for_this_machine_alone() {
    let (_database, site) = guarded("open").await;
    let refused = site.host(&["serve", "--dev", "--listen", "0.0.0.0:0"]);
    assert!(
        refused.code == 1 && refused.said().contains("may be reached from other machines"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_page_that_points_its_name_here_gets_nothing() {
    let (_database, site) = guarded("rebinding").await;
    let serving = site.serve_with(&["--dev"]);
    let port = serving.url.rsplit_once(':').unwrap().1;
    for own in ["localhost".to_owned(), format!("127.0.0.1:{port}"), "[::1]".to_owned()] {
        assert_eq!(ask_as(&serving, "host", &own).await.status(), StatusCode::NOT_FOUND, "{own}");
    }
    for name in [format!("evil.example:{port}"), "localhost.evil.example".to_owned()] {
        let refused = ask_as(&serving, "host", &name).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{name}");
        assert!(problem(refused).await["detail"].as_str().unwrap().contains("localhost"));
    }
    for site in ["https://evil.example", "null", "http://localhost.evil.example"] {
        assert_eq!(ask_as(&serving, "origin", site).await.status(), StatusCode::FORBIDDEN, "{site}");
    }
    let own = format!("http://localhost:{port}");
    assert_eq!(ask_as(&serving, "origin", &own).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_counts_in_development_mode_too() {
    let (_database, site) = guarded("keys").await;
    let ingest = key(&site, "feed", "ingest");
    let serving = site.serve_with(&["--dev"]);
    assert_eq!(status(&serving, SOMETHING, Some("vyk_wrong")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(problem(get(&serving, SOMETHING, Some(&ingest)).await).await["code"], "FORBIDDEN");
}
