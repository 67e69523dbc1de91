use std::collections::BTreeSet;

use host::{
    domain::{
        finding::Severity::{High, Medium},
        vocabulary::BlockType,
    },
    ledger::hash::Hash,
    store::{
        anomalies, blocks, decisions,
        versions::{self, Running, RunningSet},
    },
};

use crate::room::{Room, later, minute, opened, overtrading, payload, spike};

#[tokio::test]
async fn every_step_is_a_block_and_from_any_of_them_one_finds_the_others() {
    let room = Room::new("case").await;
    room.take(minute(0), opened([spike(7, 0, High)])).await.unwrap();
    let from = room.all_blocks().await.len() as u64;
    room.take(minute(1), opened([spike(8, 1, High)])).await.unwrap();
    let steps = ["ANOMALY_DETECTED", "DECISION_MADE", "ACTION_EXECUTED", "NOTIFICATION_CREATED"];
    assert_eq!(room.block_types(from).await, steps);
    let numbers: Vec<u64> = (from..from + 4).collect();
    for number in &numbers {
        let case = blocks::case_of(room.store(), *number).await.unwrap();
        let found: Vec<u64> = case.iter().map(|it| it.block.number).collect();
        assert_eq!(found, numbers, "from block {number}");
    }
}

#[tokio::test]
async fn blocks_say_which_code_and_which_policies_decided_from_what() {
    let room = Room::new("provenance").await;
    let decision = room.opened(spike(1, 0, Medium)).await;
    let blocks = room.all_blocks().await;
    let of = |kind: &str| payload(blocks.iter().find(|it| it.block.kind.to_string() == kind).unwrap());
    let anomaly = of("ANOMALY_DETECTED");
    assert_eq!(anomaly["anomaly"]["plugin_version"], "1.2.3");
    assert_eq!(anomaly["anomaly"]["plugin_hash"].as_str().map(str::len), Some(64));
    let made = of("DECISION_MADE");
    for digest in ["policy_hash", "plugin_hash", "inputs_digest"] {
        assert_eq!(made["decision"][digest].as_str().map(str::len), Some(64), "{digest}");
    }
    assert_eq!(made["decision"]["decided_by"], "SCORECARD");
    assert_eq!(made["decision"]["policy_hash"], decision.answer.policy_hash.unwrap().to_string());
}

#[tokio::test]
async fn no_block_names_a_trader() {
    let room = Room::new("names").await;
    room.take(minute(0), opened([overtrading(1, 0, High)])).await.unwrap();
    let blocks = room.all_blocks().await;
    let types: BTreeSet<String> = blocks.iter().map(|it| it.block.kind.to_string()).collect();
    assert!(types.contains("ACTION_EXECUTED") && types.contains("NOTIFICATION_CREATED"), "{types:?}");
    for stored in &blocks {
        let text = String::from_utf8_lossy(&stored.block.payload);
        assert!(!text.contains("anna.lee"), "block {}: {text}", stored.block.number);
    }
}

#[tokio::test]
async fn other_components_are_a_block_that_says_what_ran_before() {
    let room = Room::new("components").await;
    let running = |name: &str, version: &str, bytes: &[u8]| {
        (name.to_owned(), Running { version: version.to_owned(), hash: Hash::of(bytes).to_string() })
    };
    let same = running("overtrading", "0.3.0", b"two");
    let first = RunningSet::from([running("macd", "1.0.0", b"one"), same.clone()]);
    let second = RunningSet::from([running("macd", "1.1.0", b"three"), same]);
    let mut changes = Vec::new();
    for running in [&first, &first, &second] {
        let mut change = room.journal.begin(minute(0)).await.unwrap();
        changes.push(
            versions::plugins_changed(&mut change, running, &versions::Positions::default()).await.unwrap(),
        );
        change.commit().await.unwrap();
    }
    assert_eq!(changes, [true, false, true]);
    let blocks = room.all_blocks().await;
    let changed = payload(blocks.last().unwrap());
    assert_eq!(changed["running"]["macd"]["version"], "1.1.0");
    assert_eq!(changed["before"]["macd"]["hash"], Hash::of(b"one").to_string());
    assert_eq!(changed["running"]["overtrading"], changed["before"]["overtrading"]);
}

/// Whoever changes a record waits for the ledger's head; whoever has the head must not wait for the record.
#[tokio::test]
async fn a_record_that_is_being_changed_holds_up_no_block_about_it() {
    let room = Room::new("no_circle").await;
    let decision = room.opened(spike(1, 0, High)).await;
    let mut changing = room.journal.begin(minute(1)).await.unwrap();
    decisions::lock_for_anomalies(&mut changing, &[decision.anomaly]).await.unwrap();
    anomalies::extend(&mut changing, &later(&spike(1, 0, High), High).later).await.unwrap();

    let mut noting = room.journal.begin(minute(1)).await.unwrap();
    // A wait is an error, and not a test that never ends.
    sqlx::query("SET LOCAL lock_timeout = '3s'").execute(noting.connection()).await.unwrap();
    noting.note(BlockType::NotificationUpdated, &serde_json::json!({}), decision.about()).unwrap();
    noting.commit().await.unwrap();
    changing.commit().await.unwrap();
}
