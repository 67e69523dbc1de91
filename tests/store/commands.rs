//! Sample data and recorded backtests, through the commands that make them.

use host::domain::time::Timestamp;
use sqlx::query_scalar;
use tests::{
    Ran, Scratch,
    database::{self, Database},
};

/// The `host` command on a database of its own, with a key.
struct Desk {
    scratch: Scratch,
    database: Database,
}

impl Desk {
    async fn open(name: &str, scratch: Scratch) -> Self {
        let desk = Self { scratch, database: database::fresh(name).await };
        let made = desk.host(&["ledger", "keygen"]);
        assert_eq!(made.code, 0, "{}", made.said());
        desk
    }

    fn host(&self, arguments: &[&str]) -> Ran {
        let data = self.scratch.path("data");
        let settings =
            [("VYOMO_DATABASE__URL", self.database.url.expose()), ("VYOMO_DATA_DIR", data.to_str().unwrap())];
        self.scratch.host_with(&settings, arguments)
    }

    async fn count(&self, what: &str) -> i64 {
        let statement = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {what}"));
        query_scalar(statement).fetch_one(&self.database.pool).await.unwrap()
    }
}

#[tokio::test]
async fn sample_data_are_there_once_related_and_signed() {
    let desk = Desk::open("seeds", Scratch::new()).await;
    let seeded = desk.host(&["db", "seed"]);
    assert_eq!(seeded.code, 0, "{}", seeded.said());
    for (what, number) in [
        ("anomaly_detections", 100),
        ("algorithm_conflicts", 50),
        ("behavior_anomalies", 75),
        ("notifications", 50),
        ("notification_recipients", 5),
    ] {
        assert_eq!(desk.count(what).await, number, "{what}");
    }
    assert_eq!(desk.count("(SELECT DISTINCT symbol FROM anomaly_detections) AS symbols").await, 7);
    assert_eq!(desk.count("(SELECT DISTINCT user_id FROM algorithm_conflicts) AS users").await, 5);
    assert_eq!(desk.count("(SELECT DISTINCT type FROM behavior_anomalies) AS types").await, 8);
    assert_eq!(desk.count("(SELECT DISTINCT status FROM notifications) AS statuses").await, 4);
    let (decisions, actions) = (desk.count("anomaly_decisions").await, desk.count("action_executions").await);
    assert!(decisions >= 180 && actions >= 180, "{decisions} decisions, {actions} actions");
    let done = desk.count("action_executions WHERE status = 'SUCCEEDED'").await as f64 / actions as f64;
    assert!((0.85..0.95).contains(&done), "{done} of the actions succeeded");
    assert_eq!(desk.count("action_executions WHERE status = 'PENDING'").await, 0);
    let blocks = desk.count("blockchain_blocks").await;
    assert!(blocks >= 150 + decisions + actions);
    let unordered =
        "(SELECT at < lag(at) OVER (ORDER BY block_number) AS back FROM blockchain_blocks) AS t WHERE back";
    assert_eq!(desk.count(unordered).await, 0);

    let again = desk.host(&["db", "seed"]);
    assert_eq!(again.code, 0, "{}", again.said());
    assert!(again.out.contains("    0 decisions"), "{}", again.out);
    assert_eq!(desk.count("blockchain_blocks").await, blocks, "a second time writes nothing");

    let verified = desk.host(&["ledger", "verify", "--public-key", "data/ledger/key.pub.pem"]);
    assert_eq!(verified.code, 0, "{}", verified.said());
}

#[tokio::test]
async fn sample_data_are_equal_everywhere() {
    let mut payloads = Vec::new();
    for name in ["seeds_one", "seeds_other"] {
        let desk = Desk::open(name, Scratch::new()).await;
        assert_eq!(desk.host(&["db", "seed"]).code, 0);
        // Keys and pseudonyms are random: what is left of a block are its type, its time and its anomaly of a symbol.
        let rows: Vec<(String, Timestamp, Option<String>)> = sqlx::query_as(
            "SELECT type::text, at, market_anomaly_id::text FROM blockchain_blocks JOIN block_references
             USING (block_number) ORDER BY block_number",
        )
        .fetch_all(&desk.database.pool)
        .await
        .unwrap();
        payloads.push(rows);
    }
    assert_eq!(payloads[0], payloads[1]);
}

#[tokio::test]
async fn a_recorded_backtest_is_evidence_that_stands_alone() {
    let component = "plugins/market/volume-surge/volume-surge.wasm";
    let scratch = Scratch::new().with_component(component, "volume-surge.wasm");
    let desk = Desk::open("recorded", scratch).await;
    let run = ["backtest", "--days", "3", "--no-build", "--out", "result.json"];
    let plain = desk.host(&run);
    assert_eq!(plain.code, 0, "{}", plain.said());
    assert_eq!(desk.count("blockchain_blocks").await, 0, "without --record nothing is written");

    let recorded = desk.host(&[&run[..], &["--record"]].concat());
    assert_eq!(recorded.code, 0, "{}", recorded.said());
    assert!(recorded.out.contains("Recorded as block 1:"), "{}", recorded.out);
    let result: Vec<u8> =
        query_scalar("SELECT result FROM backtest_runs").fetch_one(&desk.database.pool).await.unwrap();
    assert_eq!(String::from_utf8(result.clone()).unwrap(), desk.scratch.read("result.json"));
    let kept: Vec<u8> =
        query_scalar("SELECT bytes FROM component_versions").fetch_one(&desk.database.pool).await.unwrap();
    assert_eq!(kept, std::fs::read(tests::repository().join(component)).unwrap());
    let payload: Vec<u8> = query_scalar("SELECT payload FROM blockchain_blocks WHERE block_number = 1")
        .fetch_one(&desk.database.pool)
        .await
        .unwrap();
    let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["run"]["result_digest"], host::ledger::hash::Hash::of(&result).to_string());
    assert!(payload["evidence"]["components"]["volume-surge"]["sha256"].is_string(), "{payload}");

    let proof = desk.host(&["ledger", "prove", "1", "--out", "proof.txt"]);
    assert_eq!(proof.code, 0, "{}", proof.said());
    let checked =
        desk.scratch.host(&["ledger", "check-proof", "proof.txt", "--public-key", "data/ledger/key.pub.pem"]);
    assert_eq!(checked.code, 0, "{}", checked.said());
}

#[tokio::test]
async fn recording_without_a_key_says_how_to_make_one() {
    let scratch =
        Scratch::new().with_component("plugins/market/volume-surge/volume-surge.wasm", "volume-surge.wasm");
    let database = database::fresh("no_key").await;
    let data = scratch.path("data");
    let settings =
        [("VYOMO_DATABASE__URL", database.url.expose()), ("VYOMO_DATA_DIR", data.to_str().unwrap())];
    let refused = scratch.host_with(&settings, &["backtest", "--days", "2", "--no-build", "--record"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("host ledger keygen"), "{}", refused.err);
}
