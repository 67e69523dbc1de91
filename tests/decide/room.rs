//! A desk over a database of its own, with policies that tests can read at a glance.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use host::{
    agent::Agent,
    config::ActionsConfig,
    decide::{
        desk::{Arrivals, Desk, Recorded},
        judge::Judge,
    },
    domain::{
        finding::Severity,
        rows::Vote,
        time::{MINUTE, Timestamp},
        vocabulary::AnomalyType,
    },
    ledger::{hash::Hash, keys::HostKey},
    policy::PolicySet,
    store::{
        Store,
        anomalies::{AnomalyRef, AnyAnomaly, BehaviorAnomaly, Conflict, Later, MarketAnomaly},
        blocks::{self, StoredBlock},
        decisions::{self, Decision},
        error::Result,
        journal::Journal,
    },
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::database::{self, Database};
use uuid::Uuid;

/// Severe ones are fixed, middling ones asked about; what is kept says what was known.
pub(crate) const POLICY: &str = r#"
fn triage(anomaly, context) {
    if anomaly.severity >= HIGH { return fix(`severe: ${anomaly.message}, ${anomaly.subject}`, 0.9); }
    if anomaly.severity == MEDIUM { return ask([KEEP, REVIEW]); }
    let recent = context.recent;
    let judged = context.record.judged;
    keep(`hour ${recent.hour} day ${recent.day} same ${recent.same_kind_hour}/${recent.same_kind_day} now ${recent.other_kinds_now} controls ${context.controls.len()} judged ${judged}`, 0.8)
}

fn resolve(anomaly, verdict, context) {
    let answer = follow(verdict);
    if verdict.decision == FIX {
        answer.act(if anomaly.family == "behavior" { cool_down_user(30) } else { halt_symbol(30) });
        answer.tell(notify(HIGH, "something was done"));
    }
    answer
}
"#;

const CASES: &str = r#"
[[case]]
name = "what is hardly worth a word is kept"
anomaly = { kind = "PRICE_SPIKE", severity = "LOW", score = 0.7 }
triage = "KEEP"
"#;

/// 2026-01-05T03:45:00Z.
const OPENING: i64 = 1_767_584_700_000_000;

/// A moment, in minutes after the opening.
pub(crate) const fn minute(minute: i64) -> Timestamp {
    Timestamp(OPENING + minute * MINUTE)
}

/// The clock of all desks: every look takes a microsecond.
fn clock() -> Timestamp {
    static LOOKS: AtomicI64 = AtomicI64::new(0);
    Timestamp(minute(0).0 + LOOKS.fetch_add(1, Ordering::Relaxed))
}

/// Its database is gone after the test.
pub(crate) struct Room {
    pub(crate) journal: Journal,
    pub(crate) desk: Arc<Desk>,
    _database: Database,
    _folder: TempDir,
}

impl Room {
    pub(crate) async fn new(name: &str) -> Self {
        Self::with(name, POLICY, tests::agent::scorecard(), ActionsConfig::default()).await
    }

    pub(crate) async fn with(name: &str, policy: &str, agent: Agent, bounds: ActionsConfig) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let store = Store::new(database.pool.clone());
        let key = HostKey::from_seed(&[7; 32]);
        let journal = Journal::open(store, key, &folder.path().join("head")).await.unwrap();
        let desk = Arc::new(Desk::new(judge(policy, agent), bounds, TimeZone::UTC, clock, 1));
        Self { journal, desk, _database: database, _folder: folder }
    }

    pub(crate) fn store(&self) -> &Store {
        self.journal.store()
    }

    /// Takes arrivals in at a moment, in a change of its own.
    pub(crate) async fn take(&self, now: Timestamp, arrivals: Arrivals) -> Result<Recorded> {
        let mut change = self.journal.begin(now).await?;
        let recorded = self.desk.take(&mut change, &arrivals).await?;
        change.commit().await?;
        Ok(recorded)
    }

    /// Takes one anomaly in when it opens, and gives the decision about it.
    pub(crate) async fn opened(&self, anomaly: AnyAnomaly) -> Decision {
        let (at, reference) = (anomaly.opened_at(), anomaly.reference());
        self.take(at, opened([anomaly])).await.unwrap();
        self.decision(reference).await
    }

    pub(crate) async fn decision(&self, anomaly: AnomalyRef) -> Decision {
        decisions::for_anomalies(self.store(), &[anomaly]).await.unwrap().pop().unwrap()
    }

    pub(crate) async fn all_blocks(&self) -> Vec<StoredBlock> {
        blocks::in_range(self.store(), 0, 1_000).await.unwrap()
    }

    /// Types of the blocks from a number on.
    pub(crate) async fn block_types(&self, from: u64) -> Vec<String> {
        let blocks = self.all_blocks().await;
        blocks.iter().filter(|it| it.block.number >= from).map(|it| it.block.kind.to_string()).collect()
    }
}

/// The object in a block.
pub(crate) fn payload(stored: &StoredBlock) -> Value {
    serde_json::from_slice(&stored.block.payload).unwrap()
}

pub(crate) fn judge(policy: &str, agent: Agent) -> Judge {
    let files = [("default.rhai", policy), ("default.cases.toml", CASES)];
    let files: BTreeMap<_, _> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    Judge::new(Arc::new(PolicySet::of(files).unwrap()), Some(agent))
}

pub(crate) fn opened<const N: usize>(opened: [AnyAnomaly; N]) -> Arrivals {
    Arrivals { opened: opened.into(), ..Arrivals::default() }
}

/// A later finding of an anomaly, a minute after it opened.
pub(crate) fn later(anomaly: &AnyAnomaly, severity: Severity) -> Arrivals {
    let later = Later {
        anomaly: anomaly.reference(),
        findings: 1,
        last_at: Timestamp(anomaly.opened_at().0 + MINUTE),
        severity,
        score: anomaly.score(),
        observed: None,
        expected: None,
        message: "worse".into(),
        evidence: json!({}),
    };
    Arrivals { later: vec![later], ..Arrivals::default() }
}

/// The fields that records of all families have.
macro_rules! record {
    ($record:ident, $number:expr, $minute:expr, $kind:expr, $severity:expr, $($rest:tt)*) => {
        $record {
            id: Uuid::from_u128($number),
            anomaly_type: $kind,
            kind: $kind.name().into(),
            detector: "detector".into(),
            plugin_hash: Some(Hash::of(b"component")),
            plugin_version: Some("1.2.3".into()),
            severity: $severity,
            score: 0.7,
            observed: Some(3.0),
            expected: Some(1.0),
            message: "far from usual".into(),
            evidence: json!({ "deviations": 4.5 }),
            findings: 1,
            opened_at: minute($minute),
            last_at: minute($minute),
            recorded_at: minute($minute),
            is_real: None,
            marked_by: None,
            marked_at: None,
            $($rest)*
        }
    };
}

/// A price spike of NIFTY; the number is its id.
pub(crate) fn spike(number: u128, at: i64, severity: Severity) -> AnyAnomaly {
    AnyAnomaly::Market(
        record!(MarketAnomaly, number, at, AnomalyType::PriceSpike, severity, symbol: "NIFTY".into()),
    )
}

/// A volume surge of NIFTY.
pub(crate) fn surge(number: u128, at: i64, severity: Severity) -> AnyAnomaly {
    AnyAnomaly::Market(
        record!(MarketAnomaly, number, at, AnomalyType::VolumeSurge, severity, symbol: "NIFTY".into()),
    )
}

/// A trader who trades too much.
pub(crate) fn overtrading(number: u128, at: i64, severity: Severity) -> AnyAnomaly {
    AnyAnomaly::Behavior(
        record!(BehaviorAnomaly, number, at, AnomalyType::Overtrading, severity, user_id: "anna.lee".into()),
    )
}

/// Algorithms that contradict each other about NIFTY.
pub(crate) fn conflict(number: u128, at: i64, severity: Severity) -> AnyAnomaly {
    AnyAnomaly::Conflict(record!(
        Conflict, number, at, AnomalyType::AlgorithmConflict, severity,
        symbol: "NIFTY".into(),
        user_id: None,
        disagreement: 45.0,
        consensus: 55.0,
        majority: Some(Vote::Buy),
        signals: json!({ "macd": { "vote": "SELL", "confidence": 0.9 } }),
        dissenting: vec!["macd".into()],
    ))
}
