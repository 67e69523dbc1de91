//! REST, over HTTP.

mod conditional;
mod docs;
mod document;
mod exports;
mod idempotency;
mod ingest;
mod ledger;
mod paging;
mod problems;
mod reads;
mod schemathesis;
mod writes;

use std::time::Duration;

use host::http;
use reqwest::{Client, Method, StatusCode, header::HeaderMap};
use serde_json::Value;
use tests::{
    database::{self, Database},
    serving::{Serving, Site},
};

/// A host over sample data, and a client.
struct Rest {
    site: Site,
    serving: Serving,
    client: Client,
    database: Database,
}

/// What was answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

/// A client that waits no longer than a minute.
fn client() -> Client {
    http::client(Duration::from_mins(1), |client| client).unwrap()
}

/// A host over sample data.
async fn seeded(name: &str) -> Rest {
    let database = database::fresh(name).await;
    let site = Site::new(&database);
    let sampled = site.host(&["db", "seed"]);
    assert_eq!(sampled.code, 0, "{sampled:?}");
    let applied = site.host(&["policy", "apply"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    let serving = site.serve();
    Rest { site, serving, client: client(), database }
}

impl Rest {
    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.serving.url))
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// The first item of a list.
    async fn first(&self, path: &str) -> Value {
        self.get(path).await.json()["items"][0].clone()
    }

    /// Blocks of a type; those of notifications come from rounds of the host too.
    async fn blocks(&self, kind: &str) -> u64 {
        let stats = self.get("/api/blockchain/stats").await.json();
        let of_kind = stats["byType"].as_array().unwrap().iter().find(|count| count["type"] == kind);
        of_kind.map_or(0, |count| count["blocks"].as_u64().unwrap())
    }
}

impl Answer {
    async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    /// The body of what went well.
    fn json(&self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        serde_json::from_str(&self.text).unwrap()
    }

    /// The body of what did not.
    fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem["status"], status);
        problem
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// An id within a record.
fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}
