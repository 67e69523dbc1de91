//! From an anomaly to a committed, signed decision and action: on a private cluster that a user would have, with the
//! default policies and the scorecard.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use host::{
    config::ActionsConfig,
    decide::{
        desk::{Arrivals, Delivery, Desk},
        intake::Intake,
        judge::{First, Judge},
    },
    domain::{
        case::{Case, CaseAnomaly, Context},
        family::Family,
        finding::Severity,
        time::{MINUTE, Timestamp},
        vocabulary::AnomalyType,
    },
    ledger::keys::HostKey,
    policy::PolicySet,
    store::{
        Store,
        anomalies::{AnyAnomaly, BehaviorAnomaly, MarketAnomaly},
        journal::Journal,
        migrate::migrate,
    },
    vital::Vital,
};
use jiff::tz::TimeZone;
use serde_json::json;
use sqlx::postgres::PgPoolOptions;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::{
    ledger::Cluster,
    measure::{figure, median, say},
};

const TRIAGES: u32 = 2_000;
const RATE: u32 = 500;
const SECONDS: u32 = 10;
/// Until statements are prepared and traders have pseudonyms, what comes in is not counted.
const WARM_UP: u32 = 2;

pub(crate) fn run() -> anyhow::Result<()> {
    say("\nDECIDE: the default policies, the scorecard, a private cluster with fsync");
    let runtime = Runtime::new()?;
    let judge = {
        let _entered = runtime.enter();
        let policies = PolicySet::read(&tests::repository().join("policies"))?;
        Judge::new(Arc::new(policies), Some(tests::agent::scorecard()))
    };
    triage(&judge)?;
    runtime.block_on(record(&Cluster::start()?, judge))
}

/// Time of one first look, over anomalies of all kinds.
fn triage(judge: &Judge) -> anyhow::Result<()> {
    let cases: Vec<Case> = AnomalyType::ALL.iter().map(|kind| case(*kind)).collect();
    let mut times = Vec::new();
    for _ in 0..21 {
        let began = Instant::now();
        let asked = cases
            .iter()
            .cycle()
            .take(TRIAGES as usize)
            .filter(|case| matches!(judge.first(case), First::Ask(_)));
        std::hint::black_box(asked.count());
        times.push(began.elapsed() / TRIAGES);
    }
    let time = median(times)?.as_secs_f64() * 1e6;
    figure(
        "policies, one anomaly: triage, and resolve where it decides",
        &format!("{time:.1} us"),
        "at most 20 us",
    );
    Ok(())
}

fn case(kind: AnomalyType) -> Case {
    let anomaly = CaseAnomaly {
        family: Family::Market,
        kind: kind.name().into(),
        detector: "price-movement".into(),
        subject: "NIFTY".into(),
        severity: Severity::High,
        score: 0.9,
        observed: Some(1.5),
        expected: Some(0.1),
        message: "15 robust standard deviations".into(),
        evidence: [("deviations".to_owned(), 15.0)].into(),
        findings: 1,
        opened_at: 0,
        dissenting: Vec::new(),
    };
    Case { anomaly, context: Context::default() }
}

/// Anomalies at a steady rate, each from when it was due until its blocks were committed.
async fn record(cluster: &Cluster, judge: Judge) -> anyhow::Result<()> {
    let pool = PgPoolOptions::new().max_connections(4).connect(cluster.url()).await?;
    migrate(&pool).await?;
    let folder = TempDir::new()?;
    let journal = Journal::open(Store::new(pool), HostKey::generate()?, &folder.path().join("head")).await?;
    let bounds = ActionsConfig { most_per_interval: u32::MAX, ..ActionsConfig::default() };
    let desk = Arc::new(Desk::new(judge, bounds, TimeZone::UTC, Timestamp::now, 1));
    let intake = Intake::start(desk, &journal, Timestamp::now, &Vital::default())?;
    let began = Instant::now();
    let mut waiting = Vec::new();
    for number in 0..RATE * (WARM_UP + SECONDS) {
        let due = began + Duration::from_secs(1) * number / RATE;
        tokio::time::sleep_until(due.into()).await;
        let lane = intake.lane();
        waiting.push(tokio::spawn(async move {
            let arrivals = Arrivals { opened: vec![anomaly(number)], ..Arrivals::default() };
            lane.submit(Delivery::default(), arrivals).await.map(|_| due.elapsed())
        }));
    }
    let mut times = Vec::new();
    for done in waiting {
        times.push(done.await??);
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.drain(..(RATE * WARM_UP) as usize);
    times.sort();
    let at = |share: f64| times[(share * times.len() as f64) as usize].as_secs_f64() * 1e3;
    figure("anomalies a second, decided and acted on", &format!("{rate:.0}"), "500");
    figure("from due to committed, median", &format!("{:.2} ms", at(0.5)), "at most 3 ms");
    figure("from due to committed, p99", &format!("{:.2} ms", at(0.99)), "at most 15 ms");
    Ok(())
}

fn anomaly(number: u32) -> AnyAnomaly {
    let at = Timestamp(1_767_584_700_000_000 + i64::from(number) * MINUTE);
    let id = Uuid::from_u128(u128::from(number) + 1);
    macro_rules! record {
        ($record:ident, $subject:ident: $name:expr, $kind:expr, $detector:literal) => {
            $record {
                id,
                anomaly_type: $kind,
                kind: $kind.name().into(),
                detector: $detector.into(),
                plugin_hash: None,
                plugin_version: None,
                $subject: $name,
                severity: [Severity::Medium, Severity::High, Severity::Critical][number as usize % 3],
                score: 0.95,
                observed: Some(1.0),
                expected: Some(0.1),
                message: "far from usual".into(),
                evidence: json!({ "deviations": 12.0 }),
                findings: 1,
                opened_at: at,
                last_at: at,
                recorded_at: at,
                is_real: None,
                marked_by: None,
                marked_at: None,
            }
        };
    }
    if number.is_multiple_of(2) {
        let symbol = format!("SYMBOL{}", number % 100);
        AnyAnomaly::Market(record!(MarketAnomaly, symbol: symbol, AnomalyType::PriceSpike, "price-movement"))
    } else {
        let trader = format!("trader{}", number % 100);
        AnyAnomaly::Behavior(
            record!(BehaviorAnomaly, user_id: trader, AnomalyType::Overtrading, "overtrading"),
        )
    }
}
