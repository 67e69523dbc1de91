//! Pages of other sites.

use reqwest::{Method, StatusCode};
use tests::{Scratch, serving::Serving};

use crate::support::{SOMETHING, client, guarded, problem};

async fn preflight(serving: &Serving, origin: &str) -> reqwest::Response {
    client()
        .request(Method::OPTIONS, format!("{}{SOMETHING}", serving.url))
        .header("origin", origin)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization")
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn pages_of_listed_sites_may_ask_and_no_others() {
    let (_database, site) = guarded("cors").await;
    let serving = site.with("VYOMO_SERVER__ALLOWED_ORIGINS", r#"["https://desk.example"]"#).serve();
    let welcome = preflight(&serving, "https://desk.example").await;
    assert_eq!(welcome.status(), StatusCode::OK);
    assert_eq!(welcome.headers()["access-control-allow-origin"], "https://desk.example");
    assert!(!welcome.headers().contains_key("access-control-allow-credentials"));
    let stranger = preflight(&serving, "https://desk.example.evil").await;
    assert!(!stranger.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn without_a_list_no_page_may_ask() {
    let (_database, site) = guarded("no_cors").await;
    let serving = site.serve();
    let refused = preflight(&serving, "https://desk.example").await;
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
}

#[test]
fn a_list_names_sites_one_by_one() {
    for wrong in ["*", "desk.example", "https://desk.example/", "https://desk.example:443"] {
        let list = format!("[{wrong:?}]");
        let settings = [("VYOMO_SERVER__ALLOWED_ORIGINS", list.as_str())];
        let refused = Scratch::new().host_with(&settings, &["serve"]);
        assert!(refused.code == 1 && refused.said().contains("a site is named"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_websocket_of_another_sites_page_is_refused() {
    let (_database, site) = guarded("sockets").await;
    let serving = site.serve();
    let answer = client()
        .get(format!("{}/graphql", serving.url))
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("origin", "https://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(problem(answer).await["detail"].as_str().unwrap().contains("server.allowed_origins"));
}
