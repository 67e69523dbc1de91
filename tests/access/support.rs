//! A site that asks for keys, and a client.

use std::{sync::LazyLock, time::Duration};

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use tests::{
    database::{Database, fresh},
    serving::{Serving, Site},
};

/// Longer than anything takes that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A path that asks for the scope viewer, and answers with it that there is nothing.
pub(crate) const SOMETHING: &str = "/api/anomalies/018f4f7e-0000-7000-8000-000000000000";

/// A database, and a site over it that asks for keys.
pub(crate) async fn guarded(name: &str) -> (Database, Site) {
    let database = fresh(name).await;
    let site = Site::new(&database).with("VYOMO_SERVER__DEVELOPMENT", "false");
    (database, site)
}

/// A new key, made as an operator makes it.
pub(crate) fn key(site: &Site, name: &str, scopes: &str) -> String {
    let made = site.host(&["key", "create", name, "--scope", scopes]);
    assert_eq!(made.code, 0, "{made:?}");
    made.out.trim_end().to_owned()
}

/// One for all tests, which keeps no connection open: each test has a runtime of its own.
pub(crate) fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| host::http::client(PATIENCE, |builder| builder.pool_max_idle_per_host(0)).unwrap());
    &CLIENT
}

/// Asks with a credential.
pub(crate) async fn get(serving: &Serving, path: &str, credential: Option<&str>) -> Response {
    let mut request = client().get(format!("{}{path}", serving.url));
    if let Some(credential) = credential {
        request = request.bearer_auth(credential);
    }
    request.send().await.unwrap()
}

/// Only what comes of it.
pub(crate) async fn status(serving: &Serving, path: &str, credential: Option<&str>) -> StatusCode {
    get(serving, path, credential).await.status()
}

/// What an answer says in case of a failure, which is always a problem in the sense of RFC 9457.
pub(crate) async fn problem(response: Response) -> Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let status = response.status().as_u16();
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status);
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
    problem
}

/// Asks until that comes of it.
pub(crate) async fn until(serving: &Serving, path: &str, credential: &str, wanted: StatusCode) {
    let asking = async {
        while status(serving, path, Some(credential)).await != wanted {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap();
}
