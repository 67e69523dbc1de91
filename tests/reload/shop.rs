//! A running host whose folders somebody edits.

use std::{fs, time::Duration};

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::PgPool;
use tests::{
    database::{self, Database},
    feed::body,
    repository,
    serving::{Serving, Site},
};

/// The component that most tests replace.
pub(crate) const PRICES: &str = "plugins/market/price-movement/price-movement.wasm";

/// Looks until something is so.
pub(crate) const LOOKS: usize = 300;

/// Between two looks.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// A site, its host and a client.
pub(crate) struct Shop {
    pub(crate) site: Site,
    pub(crate) host: Serving,
    pub(crate) client: Client,
    database: Database,
}

impl Shop {
    /// With components of the repository, by their paths.
    pub(crate) async fn open(name: &str, components: &[&str]) -> Self {
        Self::with(name, components, &[]).await
    }

    pub(crate) async fn with(name: &str, components: &[&str], settings: &[(&str, &str)]) -> Self {
        let database = database::fresh(name).await;
        let site = Site::new(&database).with_components(components);
        let site = settings.iter().fold(site, |site, (name, value)| site.with(name, value));
        let host = site.serve();
        Self { site, host, client: client(), database }
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.database.pool
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.host.url)).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Status and answer.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.client.post(format!("{}{path}", self.host.url)).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Hands in rows; gives how many were new.
    pub(crate) async fn hand_in(&self, rows: &host::store::rows::Rows) -> u64 {
        let (status, said) = self.post("/api/anomalies/detect", &body(rows)).await;
        assert_eq!((status, &said["rejected"]), (200, &json!([])), "{said}");
        said["accepted"].as_u64().unwrap()
    }

    /// Looks again and again until an answer is as it should be.
    pub(crate) async fn until(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut said = Value::Null;
        for _ in 0..LOOKS {
            said = self.get(path).await;
            if is_so(&said) {
                return said;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{path} stays {said:#}");
    }

    /// Payloads of blocks of a type, oldest first.
    pub(crate) async fn blocks(&self, kind: &str) -> Vec<Value> {
        let query = "SELECT payload FROM blockchain_blocks WHERE type::text = $1 ORDER BY block_number";
        let payloads: Vec<Vec<u8>> =
            sqlx::query_scalar(query).bind(kind).fetch_all(self.pool()).await.unwrap();
        payloads.iter().map(|payload| serde_json::from_slice(payload).unwrap()).collect()
    }
}

pub(crate) fn client() -> Client {
    host::http::client(Duration::from_secs(60), |client| client).unwrap()
}

/// A component of the repository.
pub(crate) fn component(path: &str) -> std::path::PathBuf {
    repository().join(path)
}

/// All detectors of the repository, by their paths.
pub(crate) fn detectors() -> Vec<String> {
    let mut found = Vec::new();
    for family in ["market", "conflict", "behavior"] {
        for entry in fs::read_dir(repository().join("plugins").join(family)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            found.push(format!("plugins/{family}/{name}/{name}.wasm"));
        }
    }
    found.sort();
    assert_eq!(found.len(), 26);
    found
}
