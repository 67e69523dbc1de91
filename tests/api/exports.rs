//! Whole lists as files that are made in the background.

use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::{query, raw_sql};
use tests::{
    database::{self, Database},
    serving::{Serving, Site},
};

/// A host with sample data, and a client.
struct Running {
    host: Serving,
    client: Client,
    site: Site,
    database: Database,
}

/// Keeps whoever reads actions waiting, until it is rolled back.
const LOCK: &str = "LOCK TABLE action_executions IN ACCESS EXCLUSIVE MODE";

impl Running {
    async fn new(name: &str) -> Self {
        let database = database::fresh(name).await;
        let site = Site::new(&database);
        let seeded = site.host(&["db", "seed"]);
        assert_eq!(seeded.code, 0, "{seeded:?}");
        let client = host::http::client(Duration::from_mins(1), |client| client).unwrap();
        Self { host: site.serve(), client, site, database }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> reqwest::Response {
        let request = self.client.request(method, format!("{}{path}", self.host.url));
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let answer = self.send(method, path, body).await;
        (answer.status(), answer.json().await.unwrap())
    }

    async fn start(&self, export: &Value) -> String {
        let (status, job) = self.ask(Method::POST, "/api/jobs/export", Some(export)).await;
        assert_eq!((status, &job["kind"]), (StatusCode::ACCEPTED, &json!("EXPORT")), "{job}");
        job["id"].as_str().unwrap().to_owned()
    }

    /// The job once it is as wanted.
    async fn when(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (_, job) = self.ask(Method::GET, &format!("/api/jobs/{id}"), None).await;
            if wanted(&job) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn over(&self, id: &str) -> Value {
        self.when(id, |job| !job["finishedAt"].is_null()).await
    }

    async fn is_running(&self, id: &str) {
        self.when(id, |job| job["status"] == "RUNNING").await;
    }

    async fn result(&self, id: &str) -> reqwest::Response {
        self.send(Method::GET, &format!("/api/jobs/{id}/result"), None).await
    }

    async fn pieces(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM job_files").fetch_one(&self.database.pool).await.unwrap()
    }
}

#[tokio::test]
async fn a_file_has_what_the_list_has() {
    let running = Running::new("export_files").await;
    let lists = [
        ("ANOMALIES", json!({ "severity": "CRITICAL" }), "/api/anomalies/export?severity=CRITICAL&format="),
        ("DECISIONS", json!({ "decision": "FIX" }), "/api/decisions/export?decision=FIX&format="),
        ("ACTIONS", Value::Null, "/api/actions/export?format="),
    ];
    for (what, filter, streamed) in lists {
        for (format, kind) in [("NDJSON", "application/x-ndjson"), ("CSV", "text/csv; charset=utf-8")] {
            let id = running.start(&json!({ "what": what, "format": format, "filter": filter })).await;
            let job = running.over(&id).await;
            assert_eq!((&job["status"], &job["progress"]), (&json!("SUCCEEDED"), &json!(1.0)), "{job}");
            let file = running.result(&id).await;
            assert_eq!(
                (file.status(), &file.headers()["content-type"]),
                (StatusCode::OK, &kind.parse().unwrap())
            );
            let name = format!("{}.{}", what.to_lowercase(), format.to_lowercase());
            assert!(file.headers()["content-disposition"].to_str().unwrap().contains(&name));
            let file = file.bytes().await.unwrap();
            let path = format!("{streamed}{}", format.to_lowercase());
            let streamed = running.send(Method::GET, &path, None).await.bytes().await.unwrap();
            assert!(!file.is_empty() && file == streamed, "{what} {format}");
            let sha256: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
            let about = &job["file"];
            assert_eq!((&about["bytes"], &about["sha256"]), (&json!(file.len()), &json!(sha256)), "{job}");
        }
    }
    let id = running.start(&json!({ "what": "BLOCKS", "format": "NDJSON" })).await;
    let job = running.over(&id).await;
    let file = running.result(&id).await.text().await.unwrap();
    let (_, head) = running.ask(Method::GET, "/api/blockchain/head", None).await;
    assert_eq!((&job["file"]["items"], json!(file.lines().count())), (&head["size"], head["size"].clone()));

    let nothing =
        json!({ "what": "BLOCKS", "format": "NDJSON", "filter": { "endDate": "2000-01-01T00:00:00Z" } });
    let id = running.start(&nothing).await;
    assert_eq!(running.over(&id).await["file"]["items"], 0);
    assert_eq!(running.result(&id).await.text().await.unwrap(), "");
}

#[tokio::test]
async fn what_the_list_does_not_know_is_refused_and_files_are_kept_for_a_day() {
    let running = Running::new("export_refused").await;
    for wrong in [
        json!({ "what": "ACTIONS", "format": "CSV", "filter": { "severity": "CRITICAL" } }),
        json!({ "what": "ANOMALIES", "format": "CSV", "filter": { "severity": "TERRIBLE" } }),
        json!({ "what": "ANOMALIES", "format": "CSV", "filter": [] }),
        json!({ "what": "SECRETS", "format": "CSV" }),
    ] {
        let (status, problem) = running.ask(Method::POST, "/api/jobs/export", Some(&wrong)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    }
    let query = "mutation { startExport(input: {what: ACTIONS, format: CSV, filter: {status: \"SUCCEEDED\"}})
        { id kind status } }";
    let (_, answer) = running.ask(Method::POST, "/graphql", Some(&json!({ "query": query }))).await;
    let id = answer["data"]["startExport"]["id"].as_str().unwrap();
    assert_eq!(running.over(id).await["status"], "SUCCEEDED");
    let query = "{ jobs { nodes { kind requestedBy file { what format items } } } }";
    let (_, answer) = running.ask(Method::POST, "/graphql", Some(&json!({ "query": query }))).await;
    let job = &answer["data"]["jobs"]["nodes"][0];
    assert_eq!((&job["kind"], &job["file"]["what"]), (&json!("EXPORT"), &json!("ACTIONS")), "{answer}");

    let age = "UPDATE jobs SET finished_at = finished_at - interval '2 days' WHERE kind = 'EXPORT'";
    raw_sql(age).execute(&running.database.pool).await.unwrap();
    let other = running.start(&json!({ "what": "DECISIONS", "format": "CSV" })).await;
    assert_eq!(running.result(id).await.status(), StatusCode::GONE);
    running.over(&other).await;
    assert_eq!((running.pieces().await, running.result(&other).await.status()), (1, StatusCode::OK));
}

#[tokio::test]
async fn a_job_that_runs_can_be_cancelled() {
    let running = Running::new("export_cancel").await;
    let mut locked = running.database.pool.begin().await.unwrap();
    raw_sql(LOCK).execute(&mut *locked).await.unwrap();
    let export = json!({ "what": "ACTIONS", "format": "NDJSON" });
    let id = running.start(&export).await;
    running.is_running(&id).await;
    let refused = running.result(&id).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT, "there is no result yet");
    let (status, job) = running.ask(Method::POST, &format!("/api/jobs/{id}/cancel"), None).await;
    assert_eq!((status, &job["status"]), (StatusCode::OK, &json!("CANCELLED")), "{job}");
    // The next one is begun although the table is still locked: the first was given up.
    let next = running.start(&export).await;
    running.is_running(&next).await;
    locked.rollback().await.unwrap();
    assert_eq!(running.over(&next).await["status"], "SUCCEEDED");
    let job = running.over(&id).await;
    assert_eq!((&job["status"], &job["file"]), (&json!("CANCELLED"), &Value::Null));
    assert_eq!(running.result(&id).await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_a_dead_host_left_is_taken_over_or_given_up() {
    let mut running = Running::new("export_dead").await;
    let export = json!({ "what": "ACTIONS", "format": "NDJSON" });
    for (attempts, outcome) in [(1_i32, "SUCCEEDED"), (3, "FAILED")] {
        let mut locked = running.database.pool.begin().await.unwrap();
        raw_sql(LOCK).execute(&mut *locked).await.unwrap();
        let id = running.start(&export).await;
        running.is_running(&id).await;
        running.host.kill();
        locked.rollback().await.unwrap();
        // As if it had ended as often, and its lease with it.
        query("UPDATE jobs SET attempts = $1, locked_until = now() WHERE id::text = $2")
            .bind(attempts)
            .bind(&id)
            .execute(&running.database.pool)
            .await
            .unwrap();
        running.host = running.site.serve();
        let job = running.over(&id).await;
        assert_eq!(job["status"], outcome, "{job}");
        let says_why = job["error"].as_str().is_some_and(|error| error.contains("its host ended 3 times"));
        assert_eq!(says_why, outcome == "FAILED", "{job}");
    }
}
