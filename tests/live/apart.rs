//! What is known of one symbol or trader does not depend on others, nor on when it was read.

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    sync::atomic::{AtomicI64, Ordering},
};

use futures::future::join_all;
use host::{
    config::IngestConfig,
    domain::time::{DAY, HOUR, Timestamp},
    live::{IngestError, Ingested},
    store::rows::{Bar, Rows},
};
use tempfile::TempDir;
use tests::feed::{built_in, by_minutes};

use crate::{
    floor::Floor,
    rows::{OPENING, bar, signal, trade},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_past_of_others_closes_no_panel() {
    let patient = IngestConfig {
        workers: NonZeroUsize::new(1),
        grace_milliseconds: 600_000,
        ..IngestConfig::default()
    };
    let floor = Floor::with("live_apart", patient).await;
    floor.take(vec![trade(1, Some("a")), trade(2, Some("b"))], "1").await;
    floor.take(vec![bar("GOLD", 1)], "2").await;
    floor.engine.stop().await;
    let floor = floor.crash().await;
    let early = floor.take(vec![signal("macd", 5), signal("supertrend", 5)], "3").await;
    // Both have a past that is read now.
    floor.take(vec![trade(6, Some("c"))], "4").await;
    floor.take(vec![bar("GOLD", 9)], "5").await;
    let more = floor.take(vec![signal("adx-trend", 5), signal("oi-buildup", 5)], "6").await;
    assert_eq!((early.accepted, more.accepted, more.late), (2, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_many_days_may_come_at_once() {
    let floor = Floor::new("live_days", 1).await;
    let daily = |days: i64| -> Vec<Bar> {
        (0..days).map(|day| Bar { at: Timestamp(OPENING - day * DAY), ..bar("NIFTY", 0) }).collect()
    };
    let year = floor.take(daily(200), "1").await;
    assert_eq!((year.accepted, floor.count("bars").await), (200, 200));
    let too_many = floor.engine.ingest(daily(401).into(), "2").await;
    assert!(matches!(too_many, Err(IngestError::TooManyDays { days: 401, most: 400 })), "{too_many:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fills_of_one_moment_count_once_however_many_there_are() {
    let floor = Floor::new("live_moment", 1).await;
    let fills: Vec<_> = (0..700).map(|number| trade(1, Some(&format!("f{number}")))).collect();
    assert_eq!(floor.take(fills.clone(), "1").await.accepted, 700);
    let again = floor.take(fills, "2").await;
    assert_eq!((again.accepted, again.duplicates), (0, 700));
    let more = floor.take(vec![trade(1, Some("f700"))], "3").await;
    assert_eq!((more.accepted, floor.count("trades").await), (1, 701));
    // The id of a day before is another fill's.
    let reused = floor.take(vec![trade(24 * 60, Some("f700"))], "4").await;
    assert_eq!((reused.accepted, floor.count("trades").await), (1, 702));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weekend_between_the_first_bars_makes_no_signal_late() {
    let floor = Floor::new("live_weekend", 1).await;
    let monday = 3 * 24 * 60;
    floor.take(vec![bar("NIFTY", -1), bar("NIFTY", monday)], "1").await;
    for minute in 1..4 {
        let taken = floor.take(vec![signal("macd", monday + minute)], &minute.to_string()).await;
        assert_eq!((taken.accepted, taken.late), (1, 0), "{taken:?}");
        floor.take(vec![bar("NIFTY", monday + minute)], "bars").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_idle_makes_room_for_others() {
    static NOW: AtomicI64 = AtomicI64::new(OPENING + DAY);
    let few = |number: usize| NonZeroUsize::new(number);
    let config = IngestConfig { workers: few(1), subjects: few(3).unwrap(), ..IngestConfig::default() };
    let floor = Floor::by("live_idle", config, || Timestamp(NOW.load(Ordering::Relaxed))).await;
    floor.take(vec![bar("A", 5), bar("B", 5), bar("C", 5)], "1").await;
    let refused = floor.engine.ingest(vec![bar("D", 5)].into(), "2").await;
    assert!(matches!(refused, Err(IngestError::TooManySubjects { most: 3, .. })), "{refused:?}");
    NOW.fetch_add(2 * HOUR, Ordering::Relaxed);
    floor.take(vec![bar("A", 6)], "3").await;
    let taken = floor.take(vec![bar("A", 7), bar("D", 5)], "4").await;
    assert_eq!(taken.accepted, 2);
    let back = floor.take(vec![bar("B", 4), bar("B", 5), bar("B", 6)], "5").await;
    assert_eq!((back.late, back.duplicates, back.accepted), (1, 1, 1));
    let refused = floor.engine.ingest(vec![bar("C", 6)].into(), "6").await;
    assert!(matches!(refused, Err(IngestError::TooManySubjects { .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_told_what_its_own_rows_came_to() {
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 3, 2);
    let floor = Floor::new("live_own", 2).await;
    let parts: Vec<Rows> = by_minutes(&rows, 5);
    let requests = parts.iter().enumerate().map(|(number, part)| {
        let engine = floor.engine.clone();
        async move { engine.ingest(part.clone(), &number.to_string()).await.unwrap() }
    });
    let answers = join_all(requests).await;
    let told: Vec<_> = answers.iter().flat_map(Ingested::anomalies).collect();
    let different: HashSet<_> = told.iter().collect();
    assert!(told.len() > 5, "{told:?}");
    assert_eq!(different.len(), told.len(), "one anomaly is told in several answers");
}
