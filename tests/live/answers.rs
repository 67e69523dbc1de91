//! What a request is told.

use std::num::NonZeroUsize;

use host::{
    config::IngestConfig,
    domain::time::{MINUTE, Timestamp},
    live::{IngestError, Kind},
    store::rows::{Bar, Rows},
};
use rust_decimal::Decimal;

use crate::{
    floor::Floor,
    rows::{bar, signal, trade},
};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_new_known_or_late() {
    let floor = Floor::new("live_late", 2).await;
    let first = floor.take(vec![bar("NIFTY", 5), bar("NIFTY", 3), bar("BANKNIFTY", 1)], "1").await;
    assert_eq!((first.accepted, first.duplicates, first.late), (3, 0, 0));
    let second =
        floor.take(vec![bar("NIFTY", 3), bar("NIFTY", 4), bar("NIFTY", 5), bar("NIFTY", 6)], "2").await;
    assert_eq!((second.accepted, second.duplicates, second.late), (1, 2, 1));
    let [problem] = second.problems.as_slice() else { panic!("{second:?}") };
    assert_eq!((problem.kind, problem.row), (Kind::Bars, 1));
    assert!(problem.reason.contains("is late"), "{problem:?}");
    assert_eq!(floor.count("bars").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_rows_are_kept_where_settings_say_so() {
    let floor = Floor::that_keeps_late_rows("live_keep").await;
    floor.take(vec![bar("NIFTY", 5)], "1").await;
    let late = floor.take(vec![bar("NIFTY", 4)], "2").await;
    assert_eq!((late.accepted, late.late, late.problems.len()), (0, 1, 0));
    let again = floor.take(vec![bar("NIFTY", 4)], "3").await;
    assert_eq!((again.duplicates, again.late), (1, 0));
    assert_eq!(floor.count("bars").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_fills_count_twice_unless_they_are_told_again() {
    let floor = Floor::new("live_fills", 1).await;
    let fills = vec![trade(1, None), trade(1, None), trade(1, Some("a")), trade(1, Some("a"))];
    let first = floor.take(fills.clone(), "request 1").await;
    assert_eq!((first.accepted, first.duplicates), (3, 1));
    let again = floor.take(fills.clone(), "request 1").await;
    assert_eq!((again.accepted, again.duplicates), (0, 4));
    let other = floor.take(fills, "request 2").await;
    assert_eq!((other.accepted, other.duplicates), (2, 2));
    assert_eq!(floor.count("trades").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_costs_no_good_one() {
    let floor = Floor::new("live_bad", 1).await;
    let mut odd = bar("NIFTY", 2);
    odd.close = Decimal::ZERO;
    let ahead = Bar { at: Timestamp(Timestamp::now().0 + 48 * 60 * MINUTE), ..bar("NIFTY", 0) };
    let rows = Rows {
        bars: vec![bar("NIFTY", 1), odd, bar("NIFTY", 3), ahead, bar("", 4)],
        signals: vec![signal("macd", 5), signal("gut-feeling", 5)],
        ..Rows::default()
    };
    let taken = floor.take(rows, "1").await;
    assert_eq!(taken.accepted, 3);
    let places: Vec<_> = taken.problems.iter().map(|problem| (problem.kind, problem.row)).collect();
    assert_eq!(places, [(Kind::Bars, 1), (Kind::Bars, 3), (Kind::Bars, 4), (Kind::Signals, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_judged_when_their_panel_closes() {
    let floor = Floor::new("live_grace", 1).await;
    let early = floor.take(vec![signal("macd", 1), signal("supertrend", 1)], "1").await;
    let more = floor.take(vec![signal("macd", 1), signal("adx-trend", 1)], "2").await;
    assert_eq!((early.accepted, more.accepted, more.duplicates), (2, 1, 1));
    floor.take(vec![signal("macd", 2)], "3").await;
    let late = floor.take(vec![signal("oi-buildup", 1), signal("macd", 1)], "4").await;
    assert_eq!((late.accepted, late.late, late.duplicates), (0, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_an_end_to_what_waits() {
    let few = |number: usize| NonZeroUsize::new(number).unwrap();
    let config = IngestConfig {
        workers: Some(few(1)),
        waiting_rows: few(64),
        request_rows: few(100),
        subjects: few(3),
        ..IngestConfig::default()
    };
    let floor = Floor::with("live_full", config).await;
    let too_many =
        floor.engine.ingest((0..101).map(|at| bar("NIFTY", at)).collect::<Vec<_>>().into(), "1").await;
    assert!(matches!(too_many, Err(IngestError::TooManyRows { rows: 101, most: 100 })), "{too_many:?}");
    let crowd = (0..40).map(|number| {
        let engine = floor.engine.clone();
        let rows: Vec<Bar> = (0..20).map(|at| bar("NIFTY", number * 20 + at)).collect();
        async move { engine.ingest(rows.into(), "crowd").await }
    });
    let answers = futures::future::join_all(crowd).await;
    let refused = answers.iter().filter(|it| matches!(it, Err(IngestError::Overloaded { .. }))).count();
    let kept: u64 = answers.iter().flatten().map(|it| it.accepted).sum();
    assert!(refused > 0 && kept > 0, "{answers:?}");
    assert_eq!(floor.count("bars").await, kept as i64);
    let subjects: Vec<Bar> = ["A", "B", "C", "D"].map(|symbol| bar(symbol, 1)).into();
    let strange = floor.engine.ingest(subjects.into(), "2").await;
    assert!(matches!(strange, Err(IngestError::TooManySubjects { most: 3, .. })), "{strange:?}");
    floor.engine.stop().await;
    let after = floor.engine.ingest(vec![bar("NIFTY", 2_000)].into(), "3").await;
    assert!(matches!(after, Err(IngestError::Stopping)), "{after:?}");
}
