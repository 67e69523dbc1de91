//! A journal with decisions in it, and actions to ask for.

use std::{
    fs,
    ops::{Deref, Range},
    path::Path,
    sync::Arc,
};

use host::{
    actions::{Cause, Request, perform},
    domain::{
        case::CaseAnomaly,
        family::Family,
        finding::Severity,
        judgement::PlannedAction,
        time::{MINUTE, Timestamp},
        vocabulary::{ActionType, BlockType, DecisionType, SubjectType},
    },
    ledger::keys::HostKey,
    store::{
        Store,
        actions::Action,
        controls::{self, Control},
        journal::Journal,
    },
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{
    Ran,
    database::{self, Database},
};
use uuid::Uuid;

/// 2026-01-05T03:45:00Z.
const OPENING: i64 = 1_767_584_700_000_000;

/// A moment, in minutes after the opening.
pub(crate) const fn minute(minute: i64) -> Timestamp {
    Timestamp(OPENING + minute * MINUTE)
}

/// A journal whose database is gone after the test.
pub(crate) struct Base {
    journal: Journal,
    pub(crate) database: Database,
    folder: TempDir,
}

impl Deref for Base {
    type Target = Journal;

    fn deref(&self) -> &Journal {
        &self.journal
    }
}

impl Base {
    /// A database with decisions to FIX of these numbers.
    pub(crate) async fn new(name: &str, decisions: Range<u32>) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let key = HostKey::from_seed(&[7; 32]);
        key.save(&folder.path().join("host.pem")).unwrap();
        let journal = open(&database, &folder.path().join("head")).await;
        decide(journal.store(), decisions).await;
        Self { journal, database, folder }
    }

    /// Another host on the same database.
    pub(crate) async fn other_host(&self) -> Journal {
        open(&self.database, &self.folder.path().join("other-head")).await
    }

    /// Runs a command on the database, with these settings.
    pub(crate) fn host(&self, settings: &str, arguments: &[&str]) -> Ran {
        fs::write(self.folder.path().join("vyomo.toml"), settings).unwrap();
        let output = std::process::Command::new(tests::binary())
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VYOMO_DATA_DIR", self.folder.path())
            .env("VYOMO_DATABASE__URL", self.database.url.expose())
            .env("VYOMO_LEDGER__KEY", fs::read_to_string(self.folder.path().join("host.pem")).unwrap())
            .output()
            .unwrap();
        output.into()
    }

    /// Does actions at a moment.
    pub(crate) async fn act(&self, at: Timestamp, requests: &[Request]) -> Vec<Action> {
        act(self, at, requests).await
    }

    /// What is in force for things at a moment.
    pub(crate) async fn active(&self, subjects: &[(SubjectType, String)], at: Timestamp) -> Vec<Control> {
        controls::longest_for(self.store().pool(), subjects, at).await.unwrap()
    }

    /// Payloads of the blocks of one type, oldest first.
    pub(crate) async fn blocks(&self, kind: BlockType) -> Vec<Value> {
        let payloads: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT payload FROM blockchain_blocks WHERE type = $1 ORDER BY block_number")
                .bind(kind)
                .fetch_all(self.store().pool())
                .await
                .unwrap();
        payloads.iter().map(|payload| serde_json::from_slice(payload).unwrap()).collect()
    }

    /// All rows of a table as text.
    pub(crate) async fn dump(&self, table: &str) -> String {
        let rows =
            sqlx::AssertSqlSafe(format!("SELECT COALESCE(string_agg(t::text, ' '), '') FROM {table} t"));
        sqlx::query_scalar(rows).fetch_one(self.store().pool()).await.unwrap()
    }
}

/// Does actions in a change of their own, on a clock that stands still.
pub(crate) async fn act(journal: &Journal, at: Timestamp, requests: &[Request]) -> Vec<Action> {
    let mut change = journal.begin(at).await.unwrap();
    let actions = perform(&mut change, requests, || at).await.unwrap();
    change.commit().await.unwrap();
    actions
}

async fn open(database: &Database, head: &Path) -> Journal {
    let store = Store::new(database.pool.clone());
    Journal::open(store, HostKey::from_seed(&[7; 32]), head).await.unwrap()
}

/// Id of the anomaly of a decision.
pub(crate) const fn anomaly_id(number: u32) -> Uuid {
    Uuid::from_u128((1 << 64) + number as u128)
}

/// Records an anomaly for each number, and a decision with that number as its id.
async fn decide(store: &Store, numbers: Range<u32>) {
    let ids = |id: fn(u32) -> Uuid| numbers.clone().map(id).collect::<Vec<_>>();
    sqlx::query(
        "INSERT INTO anomaly_detections
             (id, type, kind, detector, symbol, severity, score, message, findings, opened_at, last_at, recorded_at)
         SELECT id, 'PRICE_SPIKE', 'PRICE_SPIKE', 'price-movement', 'NIFTY', 'HIGH', 0.9, 'up', 1, at, at, at
         FROM UNNEST($1::uuid[]) WITH ORDINALITY AS new (id, place), LATERAL (SELECT $2 + place * interval '1 s') AS t (at)",
    )
    .bind(ids(anomaly_id))
    .bind(minute(0))
    .execute(store.pool())
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO anomaly_decisions
             (id, market_anomaly_id, decision, status, decided_by, reason, latency, decided_at)
         SELECT id, anomaly, 'FIX', 'DECIDED', 'POLICY', 'a rule', 0, $3
         FROM UNNEST($1::uuid[], $2::uuid[]) AS new (id, anomaly)",
    )
    .bind(ids(|number| Uuid::from_u128(number.into())))
    .bind(ids(anomaly_id))
    .bind(minute(0))
    .execute(store.pool())
    .await
    .unwrap();
}

/// A decision to act on a price spike of NIFTY.
pub(crate) fn cause(number: u32) -> Cause {
    Cause {
        decision_id: Uuid::from_u128(number.into()),
        revision: 0,
        is_automatic: true,
        decision: DecisionType::Fix,
        confidence: Some(0.9),
        reason: "far from all that is usual".into(),
        anomaly_id: anomaly_id(number),
        anomaly: CaseAnomaly {
            family: Family::Market,
            kind: "PRICE_SPIKE".into(),
            detector: "price-movement".into(),
            subject: "NIFTY".into(),
            severity: Severity::High,
            score: 0.9,
            observed: Some(22_514.35),
            expected: None,
            message: "price rose 1.9 % in one bar".into(),
            evidence: [("z".to_owned(), 9.25)].into(),
            findings: 1,
            opened_at: minute(0).0,
            dissenting: Vec::new(),
        },
    }
}

/// An action that a policy plans.
pub(crate) fn planned(
    action_type: ActionType,
    subject_type: SubjectType,
    subject: &str,
    parameters: Value,
) -> PlannedAction {
    let Value::Object(parameters) = parameters else { panic!("{parameters} is no object") };
    PlannedAction { action_type, subject_type, subject: subject.into(), parameters }
}

/// A request of the decision of that number, with an id of its own for each place.
pub(crate) fn request(number: u32, place: u32, planned: PlannedAction) -> Request {
    let id = Uuid::from_u128((2 << 64) + (u128::from(number) << 32) + u128::from(place));
    Request { id, cause: Arc::new(cause(number)), planned }
}

/// NIFTY is halted for so many minutes.
pub(crate) fn halt(minutes: i64) -> PlannedAction {
    planned(ActionType::HaltSymbol, SubjectType::Symbol, "NIFTY", json!({ "minutes": minutes }))
}

/// Another system is told.
pub(crate) fn webhook() -> PlannedAction {
    planned(ActionType::Webhook, SubjectType::Anomaly, "", json!({}))
}

/// What the controls of NIFTY hang on.
pub(crate) fn nifty() -> [(SubjectType, String); 1] {
    [(SubjectType::Symbol, "NIFTY".into())]
}
