//! A database with a journal, and records to put into it.

use std::{
    fs,
    process::{Command, Output},
};

use host::{
    domain::{
        finding::Severity,
        rows::Vote,
        time::{MINUTE, Timestamp},
        vocabulary::{AnomalyType, BlockType, DecidedBy, DecisionStatus, DecisionType},
    },
    ledger::keys::HostKey,
    store::{
        Store,
        anomalies::{self, AnomalyRef, BehaviorAnomaly, Conflict, MarketAnomaly},
        blocks::{self, StoredBlock},
        decisions::{self, Answer, NewDecision},
        error::Result,
        journal::Journal,
        page::{Page, Window},
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::database::{self, Database};
use uuid::Uuid;

/// 2026-01-05T03:45:00Z.
const OPENING: i64 = 1_767_584_700_000_000;

/// A moment, in minutes after the opening.
pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp(OPENING + minute * MINUTE)
}

/// No ids.
pub(crate) const NONE: [Uuid; 0] = [];

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Its database is gone after the test.
pub(crate) struct Scene {
    pub(crate) journal: Journal,
    database: Database,
    folder: TempDir,
}

impl Scene {
    pub(crate) async fn new(name: &str) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let store = Store::new(database.pool.clone());
        let key = HostKey::from_seed(&[7; 32]);
        key.save(&folder.path().join("host.pem")).unwrap();
        fs::write(folder.path().join("host.pub"), key.public().to_pem().unwrap()).unwrap();
        let journal = Journal::open(store, key, &folder.path().join("head")).await.unwrap();
        Self { journal, database, folder }
    }

    /// Runs a command on the database, with the same key.
    pub(crate) fn host(&self, arguments: &[&str]) -> Output {
        Command::new(tests::binary())
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VYOMO_DATA_DIR", self.folder.path())
            .env("VYOMO_DATABASE__URL", self.database.url.expose())
            .env("VYOMO_LEDGER__KEY", fs::read_to_string(self.folder.path().join("host.pem")).unwrap())
            .output()
            .unwrap()
    }

    pub(crate) fn store(&self) -> &Store {
        self.journal.store()
    }

    /// Does something in a change of its own, at minute 0.
    pub(crate) async fn change<T>(
        &self,
        work: impl for<'c> AsyncFnOnce(&'c mut host::store::change::Change<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut change = self.journal.begin(minute(0)).await?;
        let done = work(&mut change).await?;
        change.commit().await?;
        Ok(done)
    }

    pub(crate) async fn create_market(&self, anomalies: &[MarketAnomaly]) -> Vec<Uuid> {
        self.change(async |change| anomalies::create_market(change, anomalies).await).await.unwrap()
    }

    pub(crate) async fn create_conflicts(&self, anomalies: &[Conflict]) -> Vec<Uuid> {
        self.change(async |change| anomalies::create_conflicts(change, anomalies).await).await.unwrap()
    }

    pub(crate) async fn create_behavior(&self, anomalies: &[BehaviorAnomaly]) -> Vec<Uuid> {
        self.change(async |change| anomalies::create_behavior(change, anomalies).await).await.unwrap()
    }

    /// Records market anomalies of these numbers, each with a decision of the same number.
    pub(crate) async fn decide(&self, decided: &[NewDecision]) {
        let anomalies: Vec<_> = decided
            .iter()
            .map(|new| MarketAnomaly { id: new.anomaly, ..market(new.anomaly.as_u128() as i64) })
            .collect();
        self.create_market(&anomalies).await;
        let created = self.change(async |change| decisions::create_for_market(change, decided).await).await;
        assert_eq!(created.unwrap().len(), decided.len());
    }

    pub(crate) async fn mark(&self, anomaly: AnomalyRef, is_real: bool, by: &str) -> bool {
        self.change(async |change| anomalies::mark(change, anomaly, is_real, by).await).await.unwrap()
    }

    /// Blocks of one kind, oldest first.
    pub(crate) async fn blocks(&self, kind: BlockType) -> Vec<StoredBlock> {
        let mut blocks = blocks::in_range(self.store(), 0, 1_000).await.unwrap();
        blocks.retain(|stored| stored.block.kind.as_str() == kind.name());
        blocks
    }

    /// Payloads of the blocks of one kind, oldest first.
    pub(crate) async fn payloads(&self, kind: BlockType) -> Vec<Value> {
        let blocks = self.blocks(kind).await;
        blocks.iter().map(|stored| serde_json::from_slice(&stored.block.payload).unwrap()).collect()
    }

    /// Executes an action for a decision, with a control that is in force until a moment, or without end.
    pub(crate) async fn control(&self, decision: Uuid, until: Option<Timestamp>) {
        let action = Uuid::from_u128(decision.as_u128() + 1_000_000);
        let pool = self.store().pool();
        sqlx::query(
            "INSERT INTO action_executions
                 (id, decision_id, type, status, subject_type, subject, idempotency_key, requested_at, finished_at,
                  duration)
             VALUES ($1, $2, 'HALT_SYMBOL', 'SUCCEEDED', 'SYMBOL', 'NIFTY', $1::text, $3, $3, 0)",
        )
        .bind(action)
        .bind(decision)
        .bind(minute(-100))
        .execute(pool)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO active_controls (id, action_id, type, subject_type, subject, set_at, expires_at)
             VALUES ($1, $1, 'HALT_SYMBOL', 'SYMBOL', 'NIFTY', $2, $3)",
        )
        .bind(action)
        .bind(minute(-100))
        .bind(until)
        .execute(pool)
        .await
        .unwrap();
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar(count).fetch_one(self.store().pool()).await.unwrap()
    }
}

/// All pages, of so many rows each.
pub(crate) async fn pages<T>(limit: i64, find: impl AsyncFn(Window) -> Result<Page<T>>) -> Vec<Page<T>> {
    let mut pages = vec![find(Window::first(limit)).await.unwrap()];
    while let Some(next) = pages.last().and_then(|page: &Page<T>| page.next) {
        pages.push(find(Window::first(limit).after(next)).await.unwrap());
    }
    pages
}

/// A price spike, opened in the minute of its number, which is its id too.
pub(crate) fn market(number: i64) -> MarketAnomaly {
    MarketAnomaly {
        id: id(number as u128),
        anomaly_type: AnomalyType::PriceSpike,
        kind: "PRICE_SPIKE".into(),
        detector: "price-movement".into(),
        plugin_hash: Some([3; 32].into()),
        plugin_version: Some("1.0.0".into()),
        symbol: "NIFTY".into(),
        severity: Severity::Medium,
        score: 0.75,
        observed: Some(22_514.35),
        expected: None,
        message: "price rose 1.9 % in one bar".into(),
        evidence: json!({"z": 9.25}),
        findings: 1,
        opened_at: minute(number),
        last_at: minute(number),
        recorded_at: minute(number),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

/// A conflict of algorithms that work for asha.
pub(crate) fn conflict(number: i64) -> Conflict {
    Conflict {
        id: id(number as u128),
        anomaly_type: AnomalyType::AlgorithmConflict,
        kind: "ALGORITHM_CONFLICT".into(),
        detector: "panel".into(),
        plugin_hash: None,
        plugin_version: None,
        symbol: "NIFTY".into(),
        user_id: Some("asha".into()),
        severity: Severity::High,
        score: 0.5,
        disagreement: 40.0,
        consensus: 60.0,
        majority: Some(Vote::Buy),
        signals: json!({"macd": {"vote": "SELL", "confidence": 0.75}}),
        dissenting: vec!["macd".into(), "supertrend".into()],
        observed: Some(40.0),
        expected: None,
        message: "2 of 13 algorithms want to sell".into(),
        evidence: json!({}),
        findings: 1,
        opened_at: minute(number),
        last_at: minute(number),
        recorded_at: minute(number),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

/// Something that asha did.
pub(crate) fn behavior(number: i64) -> BehaviorAnomaly {
    BehaviorAnomaly {
        id: id(number as u128),
        anomaly_type: AnomalyType::Overtrading,
        kind: "OVERTRADING".into(),
        detector: "overtrading".into(),
        plugin_hash: None,
        plugin_version: None,
        user_id: "asha".into(),
        severity: Severity::Low,
        score: 0.25,
        observed: Some(31.0),
        expected: Some(12.0),
        message: "31 orders today, 12 are usual".into(),
        evidence: json!({"orders": 31}),
        findings: 2,
        opened_at: minute(number),
        last_at: minute(number + 1),
        recorded_at: minute(number + 1),
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

/// A model's decision about an anomaly, with the anomaly's id and in the minute of that number.
pub(crate) fn decision(number: i64, decision: DecisionType) -> NewDecision {
    NewDecision {
        id: id(number as u128),
        anomaly: id(number as u128),
        status: DecisionStatus::Decided,
        answer: Answer {
            decision,
            decided_by: DecidedBy::Model,
            confidence: Some(0.5),
            reason: "the price came back within a minute".into(),
            provider: Some("anthropic".into()),
            model: Some("claude".into()),
            prompt_hash: Some([5; 32].into()),
            input_tokens: Some(900),
            output_tokens: Some(100),
            cost: Some("0.0042".parse().unwrap()),
            policy_hash: None,
            plugin_hash: None,
            plugin_version: None,
            inputs_digest: Some([6; 32].into()),
            latency: 1_500_000,
            decided_at: minute(number),
        },
    }
}

/// A question that waits for an answer.
pub(crate) fn pending(number: i64) -> NewDecision {
    NewDecision { status: DecisionStatus::Pending, ..decision(number, DecisionType::Review) }
}
