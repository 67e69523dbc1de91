//! Backtests in the background.

use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tests::{
    database::{self, Database},
    serving::{Serving, Site},
};

/// A host with one detector, and a client.
pub(crate) struct Running {
    pub(crate) host: Serving,
    client: Client,
    _site: Site,
    database: Database,
}

impl Running {
    pub(crate) async fn new(name: &str) -> Self {
        let database = database::fresh(name).await;
        let site =
            Site::new(&database).with_components(&["plugins/market/price-movement/price-movement.wasm"]);
        let client = host::http::client(Duration::from_secs(60), |client| client).unwrap();
        Self { host: site.serve(), client, _site: site, database }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let request = self.client.request(method, format!("{}{path}", self.host.url));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    pub(crate) async fn upload(&self, content: impl Into<reqwest::Body>) -> Value {
        let request = self.client.post(format!("{}/api/backtest/uploads", self.host.url));
        let request = request.header("Content-Type", "application/octet-stream").body(content);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json().await.unwrap()
    }

    pub(crate) async fn run(&self, backtest: &Value) -> String {
        let (status, job) = self.ask(Method::POST, "/api/backtest/run", Some(backtest)).await;
        assert_eq!((status, &job["requestedBy"]), (StatusCode::ACCEPTED, &json!("development")), "{job}");
        job["id"].as_str().unwrap().to_owned()
    }

    /// The job when it is over.
    pub(crate) async fn over(&self, id: &str) -> Value {
        loop {
            let (_, job) = self.ask(Method::GET, &format!("/api/jobs/{id}"), None).await;
            if !job["finishedAt"].is_null() {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn graphql(&self, query: &str) -> Value {
        self.ask(Method::POST, "/graphql", Some(&json!({ "query": query }))).await.1
    }
}

/// Bars of a quiet day with one jump.
fn bars() -> String {
    let mut text = "timestamp,symbol,open,high,low,close,volume\n".to_owned();
    for minute in 0..300 {
        let close = 100.0 + f64::from(minute % 7) * 0.01 + if minute == 250 { 30.0 } else { 0.0 };
        let (hour, minute) = (4 + minute / 60, minute % 60);
        text += &format!("2026-01-05T{hour:02}:{minute:02}:00Z,NIFTY,{close},{close},{close},{close},1000\n");
    }
    text
}

#[tokio::test]
async fn an_upload_is_run_recorded_and_proven() {
    let running = Running::new("jobs_upload").await;
    let upload = running.upload(bars()).await;
    let id = running.run(&json!({"uploads": [{"id": upload["id"], "role": "MARKET"}]})).await;
    let job = running.over(&id).await;
    let result = &job["result"];
    assert_eq!(
        (&job["status"], &job["progress"], &result["rows"]),
        (&json!("SUCCEEDED"), &json!(1.0), &json!(300)),
        "{job}"
    );
    assert!(result["anomalies"].as_u64() >= Some(1), "{job}");
    let run = format!("/api/backtest/{}/result", result["runId"].as_str().unwrap());
    let (status, recorded) = running.ask(Method::GET, &run, None).await;
    assert_eq!((status, &recorded["summary"]["anomalies"]), (StatusCode::OK, &result["anomalies"]));
    let same = running.ask(Method::GET, &format!("/api/jobs/{id}/result"), None).await;
    assert_eq!(same, (StatusCode::OK, recorded.clone()));
    assert!(
        recorded["provenance"]["files"][0]["path"].as_str().unwrap().starts_with("upload "),
        "{recorded}"
    );
    let blocks = running
        .graphql("{ blockchain(filter: {type: BACKTEST_RECORDED}) { edges { node { number } } } }")
        .await;
    assert_eq!(blocks["data"]["blockchain"]["edges"].as_array().map(Vec::len), Some(1), "{blocks}");
}

#[tokio::test]
async fn stored_rows_come_to_the_same_as_an_upload() {
    let running = Running::new("jobs_stored").await;
    let rows: Vec<Value> = bars()
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |cell: &str| json!(cell);
            json!({"timestamp": cells[0], "symbol": cells[1], "open": number(cells[2]), "high": number(cells[3]),
                   "low": number(cells[4]), "close": number(cells[5]), "volume": number(cells[6])})
        })
        .collect();
    let (status, taken) = running.ask(Method::POST, "/api/ingest/bars", Some(&json!(rows))).await;
    assert_eq!(status, StatusCode::OK, "{taken}");
    let query = "mutation { runBacktest(input: {from: \"2026-01-05T00:00:00Z\", until: \"2026-01-06T00:00:00Z\", symbols: [\"NIFTY\"]}) { id status } }";
    let stored = running.graphql(query).await["data"]["runBacktest"]["id"].as_str().unwrap().to_owned();
    let upload = running.upload(bars()).await;
    let uploaded = running.run(&json!({"uploads": [{"id": upload["id"], "role": "MARKET"}]})).await;
    let (stored, uploaded) = (running.over(&stored).await, running.over(&uploaded).await);
    let figures = |job: &Value| {
        ["rows", "findings", "anomalies", "decisions", "actions"].map(|name| job["result"][name].clone())
    };
    assert_eq!(figures(&stored), figures(&uploaded), "{stored}");
    assert_eq!(stored["result"]["rows"], 300, "{stored}");
    let listed = running.graphql("{ jobs { edges { node { status result { rows } } } } }").await;
    assert_eq!(listed["data"]["jobs"]["edges"].as_array().map(Vec::len), Some(2), "{listed}");
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_or_fails_with_a_reason() {
    let running = Running::new("jobs_refused").await;
    for (backtest, code) in [
        (json!({}), 400),
        (json!({"from": "2026-01-06T00:00:00Z", "until": "2026-01-05T00:00:00Z"}), 400),
        (json!({"file": "/etc/passwd"}), 400),
        (json!({"uploads": [{"id": "00000000-0000-0000-0000-000000000001", "role": "MARKET"}]}), 404),
    ] {
        let (status, answer) = running.ask(Method::POST, "/api/backtest/run", Some(&backtest)).await;
        assert!(status == code || (code == 400 && status == 422), "{status} {answer}");
    }
    let upload = running.upload("a,b\n1,2\n").await;
    let id = running.run(&json!({"uploads": [{"id": upload["id"], "role": "MARKET"}]})).await;
    let job = running.over(&id).await;
    assert_eq!(job["status"], "FAILED");
    assert!(job["error"].as_str().unwrap().contains("upload "), "{job}");
    assert!(!job["error"].as_str().unwrap().contains("/tmp"), "{job}");
    let empty = json!({"from": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z"});
    let job = running.over(&running.run(&empty).await).await;
    assert_eq!(
        (&job["status"], &job["error"]),
        (&json!("FAILED"), &json!("no row is stored for this stretch of time"))
    );
    let (status, answer) = running.ask(Method::POST, &format!("/api/jobs/{id}/cancel"), None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
}

#[tokio::test]
async fn a_job_that_waits_can_be_cancelled() {
    let running = Running::new("jobs_cancel").await;
    let long: String = (0..40)
        .map(|day| bars().replace("2026-01-05", &format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28)))
        .enumerate()
        .map(|(place, text)| if place == 0 { text } else { text.split_once('\n').unwrap().1.to_owned() })
        .collect();
    let upload = running.upload(long).await;
    let backtest = json!({"uploads": [{"id": upload["id"], "role": "MARKET"}]});
    let first = running.run(&backtest).await;
    running.run(&backtest).await;
    let last = running.run(&backtest).await;
    let (status, job) = running.ask(Method::POST, &format!("/api/jobs/{last}/cancel"), None).await;
    assert_eq!((status, &job["status"]), (StatusCode::OK, &json!("CANCELLED")), "{job}");
    assert_eq!(running.over(&first).await["status"], "SUCCEEDED");
    let job = running.over(&last).await;
    assert_eq!((&job["status"], &job["result"]), (&json!("CANCELLED"), &Value::Null));
    let asked = "SELECT operation, caller FROM requests WHERE record = ANY($1::text[]::uuid[]) ORDER BY id";
    let asked: Vec<(String, String)> = sqlx::query_as(asked)
        .bind([upload["id"].as_str().unwrap(), last.as_str()])
        .fetch_all(&running.database.pool)
        .await
        .unwrap();
    let by = |operation: &str| (operation.to_owned(), "development".to_owned());
    assert_eq!(asked, [by("uploadFile"), by("cancelJob")]);
}

#[tokio::test]
async fn a_job_that_runs_can_be_cancelled() {
    let running = Running::new("jobs_running").await;
    let is_running = async |id: &str| {
        let path = format!("/api/jobs/{id}");
        while running.ask(Method::GET, &path, None).await.1["status"] != "RUNNING" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut locked = running.database.pool.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE bars IN ACCESS EXCLUSIVE MODE").execute(&mut *locked).await.unwrap();
    let stored = json!({"from": "2026-01-05T00:00:00Z", "until": "2026-01-06T00:00:00Z"});
    let first = running.run(&stored).await;
    is_running(&first).await;
    let (status, job) = running.ask(Method::POST, &format!("/api/jobs/{first}/cancel"), None).await;
    assert_eq!((status, &job["status"]), (StatusCode::OK, &json!("CANCELLED")), "{job}");
    // The next one is begun although the table is still locked: the first was given up.
    let next = running.run(&stored).await;
    is_running(&next).await;
    locked.rollback().await.unwrap();
    assert_eq!(running.over(&next).await["error"], "no row is stored for this stretch of time");
    assert_eq!(running.over(&first).await["status"], "CANCELLED");
}
