//! A host that is killed and started again goes on where it was.

use tempfile::TempDir;
use tests::feed::{built_in, by_minutes};

use crate::floor::Floor;

#[tokio::test(flavor = "multi_thread")]
async fn after_crashes_everything_counts_once_and_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 5, 1);
    let parts = by_minutes(&rows, 45);
    let calm = Floor::new("live_calm", 2).await;
    for (number, part) in parts.iter().enumerate() {
        calm.take(part.clone(), &number.to_string()).await;
    }
    calm.engine.stop().await;

    let mut shaken = Floor::new("live_shaken", 2).await;
    let (mut accepted, mut duplicates) = (0, 0);
    for (number, part) in parts.iter().enumerate() {
        let taken = shaken.take(part.clone(), &number.to_string()).await;
        accepted += taken.accepted;
        if number % 7 == 3 {
            shaken = shaken.crash().await;
            let again = shaken.take(part.clone(), &number.to_string()).await;
            assert_eq!((again.accepted, again.late), (0, 0), "{again:?}");
            duplicates += again.duplicates;
        }
    }
    shaken.engine.stop().await;
    assert_eq!(accepted as usize, rows.len());
    assert!(duplicates > 0);
    for table in ["bars", "signals", "trades"] {
        assert_eq!(shaken.count(table).await, calm.count(table).await, "{table}");
    }
    assert_eq!(shaken.anomalies().await, calm.anomalies().await);
}
