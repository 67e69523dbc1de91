//! GraphQL over HTTP, asked as its clients ask, of a real host with the sample data.

mod documents;
mod errors;
mod lists;
mod loaders;
mod mutations;
mod schema;

use std::time::Duration;

use host::http;
use serde_json::{Value, json};
use tests::{
    database::{self, Database},
    serving::{Serving, Site},
};

/// What runs.
const COMPONENT: &str = "plugins/market/price-movement/price-movement.wasm";

/// A host with the sample data.
pub(crate) struct Scene {
    pub(crate) serving: Serving,
    pub(crate) database: Database,
    client: reqwest::Client,
    _site: Site,
}

impl Scene {
    /// In development mode.
    pub(crate) async fn new(name: &str) -> Self {
        Self::with(name, &[]).await
    }

    /// With settings, by the names of their variables.
    pub(crate) async fn with(name: &str, settings: &[(&str, &str)]) -> Self {
        let database = database::fresh(name).await;
        let site = Site::new(&database).with_components(&[COMPONENT]);
        let site = settings.iter().fold(site, |site, (variable, value)| site.with(variable, value));
        let seeded = site.host(&["db", "seed"]);
        assert_eq!(seeded.code, 0, "{seeded:?}");
        let serving = site.serve();
        let client = http::client(Duration::from_mins(1), |client| client).unwrap();
        Self { serving, database, client, _site: site }
    }

    /// Sends a body.
    pub(crate) async fn send(&self, content_type: &str, body: String) -> reqwest::Response {
        let request = self.client.post(format!("{}/graphql", self.serving.url));
        request.header("Content-Type", content_type).body(body).send().await.unwrap()
    }

    /// Sends a body, and gives status, request id and answer.
    pub(crate) async fn post(&self, content_type: &str, body: String) -> (u16, String, Value) {
        let response = self.send(content_type, body).await;
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
        (status, id, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text}")))
    }

    /// What a path of REST has.
    pub(crate) async fn get(&self, path: &str) -> String {
        let response = self.client.get(format!("{}{path}", self.serving.url)).send().await.unwrap();
        response.text().await.unwrap()
    }

    /// The whole answer to a document with variables.
    pub(crate) async fn answer(&self, document: &str, variables: Value) -> Value {
        let body = json!({ "query": document, "variables": variables }).to_string();
        self.post("application/json", body).await.2
    }

    /// What is there, where nothing failed.
    pub(crate) async fn data(&self, document: &str, variables: Value) -> Value {
        let mut answer = self.answer(document, variables).await;
        assert_eq!(answer.get("errors"), None, "{document}");
        answer["data"].take()
    }

    /// Code and message of the only error.
    pub(crate) async fn error(&self, document: &str, variables: Value) -> (String, String) {
        let answer = self.answer(document, variables).await;
        let [error] = answer["errors"].as_array().unwrap().as_slice() else { panic!("{answer}") };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }
}
