//! A worker that panics does not leave a host behind that looks well.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use host::{config::IngestConfig, domain::time::Timestamp, live::IngestError, store::rows::Rows};
use tempfile::TempDir;
use tests::feed::built_in;
use tokio::time::timeout;

use crate::floor::Floor;

static IS_BROKEN: AtomicBool = AtomicBool::new(false);

/// A clock that workers fall over once it is broken.
fn clock() -> Timestamp {
    let is_worker = thread::current().name().is_some_and(|name| name.starts_with("ingest"));
    assert!(!(is_worker && IS_BROKEN.load(Ordering::SeqCst)), "the clock is broken");
    Timestamp::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fall_of_a_worker_is_told_and_whoever_waits_for_it_is_answered() {
    let folder = TempDir::new().unwrap();
    let bars = built_in(folder.path(), 1, 1).bars;
    let (before, after) = bars.split_at(1);
    let part = |bars: &[_]| Rows { bars: bars.to_vec(), ..Rows::default() };
    let floor = Floor::by("live_fallen", IngestConfig::default(), clock).await;
    floor.take(part(before), "before").await;
    assert_eq!(floor.vital.who_fell(), None);

    IS_BROKEN.store(true, Ordering::SeqCst);
    let refused = floor.engine.ingest(part(after), "after").await.unwrap_err();
    assert!(matches!(refused, IngestError::Stopping), "{refused}");
    let fallen = timeout(Duration::from_mins(1), floor.vital.fallen()).await.unwrap();
    assert!(fallen.starts_with("ingest-"), "{fallen}");
    floor.engine.stop().await;
    assert_eq!(floor.count("bars").await, 1);
}
