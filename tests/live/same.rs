//! What comes in live comes to the same as a backtest of the same rows.

use std::collections::BTreeMap;

use host::{
    anomalies,
    backtest::run::{BATCH_ROWS, run},
    domain::{anomaly::Anomaly, finding::subject_name},
    ingest::{self, Sources},
};
use tempfile::TempDir;
use tests::feed::{Known, built_in, by_minutes};

use crate::floor::{Floor, PLUGINS};

#[tokio::test(flavor = "multi_thread")]
async fn live_rows_come_to_the_anomalies_of_a_backtest() {
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 6, 2);
    let expected = backtest(&folder);
    assert!(expected.len() > 20, "{}", expected.len());
    let floor = Floor::new("live_same", 2).await;
    let parts = by_minutes(&rows, 7);
    let mut accepted = 0;
    for (number, part) in parts.iter().enumerate() {
        let taken = floor.take(part.clone(), &format!("part {number}")).await;
        assert_eq!((taken.late, taken.problems.len()), (0, 0), "{taken:?}");
        accepted += taken.accepted;
    }
    floor.engine.stop().await;
    assert_eq!(accepted as usize, rows.len());
    let found = floor.anomalies().await;
    let missing: Vec<_> = expected.iter().filter(|(key, _)| !found.contains_key(key)).collect();
    let more: Vec<_> = found.iter().filter(|(key, _)| !expected.contains_key(key)).collect();
    assert!(missing.is_empty() && more.is_empty(), "missing {missing:#?}, more {more:#?}");
    assert_eq!(found, expected);
    assert_eq!(floor.count("anomaly_decisions").await as usize, expected.len());
}

fn backtest(folder: &TempDir) -> BTreeMap<Known, (String, i32)> {
    let file = |name: &str| vec![folder.path().join(name)];
    let sources = Sources {
        market: file("market.csv"),
        signals: file("signals.csv"),
        trades: file("trades.csv"),
        ..Sources::default()
    };
    let input = ingest::read(&sources, &|_, _| ()).unwrap();
    let run = run(&input, &PLUGINS, BATCH_ROWS, |_| ()).unwrap();
    let known = |anomaly: &Anomaly| {
        let subject = subject_name(anomaly.family, anomaly.subject, &input.symbols, &input.users);
        let key =
            (subject.to_owned(), anomaly.detector.to_string(), anomaly.kind.to_string(), anomaly.opened_at);
        (key, (anomaly.severity.name().to_owned(), anomaly.finding_times.len() as i32))
    };
    anomalies::group(&run.findings, &input.intervals).iter().map(known).collect()
}
