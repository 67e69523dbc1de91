//! A database with a journal, and anomalies that were decided about.

use std::{
    fs,
    process::{Command, Output},
};

use host::{
    domain::{
        finding::Severity,
        time::{MINUTE, Timestamp},
        vocabulary::{AnomalyType, BlockType, DecidedBy, DecisionStatus, DecisionType},
    },
    ledger::{hash::Hash, keys::HostKey},
    store::{
        Store,
        anomalies::{self, MarketAnomaly},
        blocks,
        change::Change,
        decisions::{self, Answer, NewDecision},
        error::Result,
        journal::Journal,
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::database::{self, Database};
use uuid::Uuid;

/// 2026-01-05T03:45:00Z.
const OPENING: i64 = 1_767_584_700_000_000;

/// Its database is gone after the test.
pub(crate) struct Desk {
    journal: Journal,
    database: Database,
    folder: TempDir,
}

impl Desk {
    pub(crate) async fn new(name: &str) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let key = HostKey::from_seed(&[7; 32]);
        key.save(&folder.path().join("host.pem")).unwrap();
        let store = Store::new(database.pool.clone());
        let journal = Journal::open(store, key, &folder.path().join("head")).await.unwrap();
        Self { journal, database, folder }
    }

    pub(crate) fn store(&self) -> &Store {
        self.journal.store()
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Does something in a change of its own.
    pub(crate) async fn change<T>(
        &self,
        work: impl for<'c> AsyncFnOnce(&'c mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut change = self.journal.begin(Timestamp(OPENING)).await?;
        let done = work(&mut change).await?;
        change.commit().await?;
        Ok(done)
    }

    /// Payloads of the blocks of one kind, oldest first.
    pub(crate) async fn payloads(&self, kind: BlockType) -> Vec<Value> {
        let all = blocks::in_range(self.store(), 0, 1_000).await.unwrap();
        let of_kind = all.iter().filter(|stored| stored.block.kind.as_str() == kind.name());
        of_kind.map(|stored| serde_json::from_slice(&stored.block.payload).unwrap()).collect()
    }

    /// Runs `host policy` on the database.
    pub(crate) fn host(&self, arguments: &[&str]) -> Output {
        Command::new(tests::binary())
            .arg("policy")
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VYOMO_DATA_DIR", self.folder.path())
            .env("VYOMO_DATABASE__URL", self.database.url.expose())
            .env("VYOMO_LEDGER__KEY", fs::read_to_string(self.folder.path().join("host.pem")).unwrap())
            .output()
            .unwrap()
    }

    /// Records an anomaly that opened in the minute of its number, and a decision about it.
    pub(crate) async fn decided(&self, number: i64, anomaly: MarketAnomaly, answer: Answer) {
        let id = Uuid::from_u128(number as u128);
        let at = Timestamp(OPENING + number * MINUTE);
        let anomaly = MarketAnomaly { id, opened_at: at, last_at: at, recorded_at: at, ..anomaly };
        let decision = NewDecision { id, anomaly: id, status: DecisionStatus::Decided, answer };
        self.change(async |change| {
            anomalies::create_market(change, &[anomaly]).await?;
            decisions::create_for_market(change, &[decision]).await
        })
        .await
        .unwrap();
    }

    /// All rows of all tables, as one text.
    pub(crate) async fn contents(&self) -> String {
        let mut contents = String::new();
        for table in [
            "anomaly_detections",
            "anomaly_decisions",
            "blockchain_blocks",
            "live_policies",
            "policy_versions",
            "ledger_head",
        ] {
            let rows = sqlx::AssertSqlSafe(format!(
                "SELECT COALESCE(string_agg(t::text, '' ORDER BY t::text), '') FROM {table} t"
            ));
            contents += &sqlx::query_scalar::<_, String>(rows).fetch_one(self.store().pool()).await.unwrap();
        }
        contents
    }
}

/// The time that a number stands for.
pub(crate) fn time(number: i64) -> String {
    host::domain::time::to_rfc3339(OPENING + number * MINUTE)
}

/// A policy file of another folder.
pub(crate) fn put(desk: &Desk, file: &str, text: &str) {
    let folder = desk.folder().join("edited");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
}

pub(crate) fn anomaly(anomaly_type: AnomalyType, severity: Severity, score: f64) -> MarketAnomaly {
    MarketAnomaly {
        id: Uuid::nil(),
        anomaly_type,
        kind: anomaly_type.name().to_owned(),
        detector: "price-movement".to_owned(),
        plugin_hash: None,
        plugin_version: None,
        symbol: "NIFTY".to_owned(),
        severity,
        score,
        observed: None,
        expected: None,
        message: "1.9 % in one bar".to_owned(),
        evidence: json!({}),
        findings: 1,
        opened_at: Timestamp(OPENING),
        last_at: Timestamp(OPENING),
        recorded_at: Timestamp(OPENING),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

pub(crate) fn answer(decision: DecisionType, decided_by: DecidedBy, policies: Option<Hash>) -> Answer {
    Answer {
        decision,
        decided_by,
        confidence: Some(0.8),
        reason: "as it was".to_owned(),
        provider: None,
        model: None,
        prompt_hash: None,
        input_tokens: None,
        output_tokens: None,
        cost: None,
        policy_hash: policies,
        plugin_hash: None,
        plugin_version: None,
        inputs_digest: None,
        latency: 100,
        decided_at: Timestamp(OPENING),
    }
}
