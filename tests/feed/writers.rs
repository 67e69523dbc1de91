//! Several hosts on one database.

use host::{feed::Feed, ledger::keys::HostKey, store::Store};

use crate::scene::{Scene, Writer, all_anomalies, queue_of};

/// Changes of each writer.
const CHANGES: u32 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_and_goes_while_two_hosts_write_misses_nothing_and_hears_nothing_twice() {
    let scene = Scene::with_queue("two_writers", 40).await;
    let other_store = Store::new(scene.database.pool.clone());
    let other_feed = Feed::start(&other_store, &queue_of(40)).await.unwrap();
    let start = scene.writer.anomalies([0]).await;
    let other = Writer::new(other_store, HostKey::from_seed(&[7; 32])).await;
    let writing = tokio::spawn(async move {
        for change in 0..CHANGES {
            other.anomalies(100_000 + change * 3..100_000 + change * 3 + 3).await;
        }
    });
    let reading = tokio::spawn(come_and_go([scene.feed.clone(), other_feed], start));
    for change in 0..CHANGES {
        scene.writer.anomalies(1 + change * 3..1 + change * 3 + 3).await;
    }
    writing.await.unwrap();
    let mut heard = reading.await.unwrap();
    let blocks: Vec<u64> = heard.iter().map(|(block, _)| *block).collect();
    assert!(blocks.is_sorted_by(|one, next| one + 1 == *next), "{blocks:?}");
    heard.sort_by_key(|(_, number)| *number);
    let numbers: Vec<u32> = heard.into_iter().map(|(_, number)| number).collect();
    let all = (1..=CHANGES * 3).chain(100_000..100_000 + CHANGES * 3);
    assert_eq!(numbers, all.collect::<Vec<_>>());
}

/// Hears everything, at either host in turn, a few events at a time.
async fn come_and_go(feeds: [Feed; 2], start: u64) -> Vec<(u64, u32)> {
    let all = (CHANGES * 3 * 2) as usize;
    let mut heard: Vec<(u64, u32)> = Vec::new();
    for (turn, feed) in feeds.iter().cycle().enumerate() {
        let after = heard.last().map_or(start, |(block, _)| *block);
        let subscription = feed.subscribe(all_anomalies(), Some(after)).await.unwrap();
        let mut stream = crate::scene::Heard::of(subscription);
        for _ in 0..=turn % 17 {
            if heard.len() == all {
                return heard;
            }
            match stream.event_or_lag().await {
                Some(event) => heard.push(event),
                None => break,
            }
        }
    }
    heard
}
