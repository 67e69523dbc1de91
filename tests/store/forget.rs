//! Forgetting a person.

use std::collections::BTreeMap;

use host::{
    domain::{
        finding::Severity,
        vocabulary::{BlockType, DecisionType},
    },
    ledger::canonical,
    store::{
        anomalies::{self, AnomalyRef, BehaviorAnomaly, Conflict},
        decisions::{self, Override},
        forget::{self, Deleted, Forgotten, Renamed},
        pseudonyms,
    },
};
use sqlx::{AssertSqlSafe, Executor as _};

use crate::scene::{Scene, behavior, conflict, decision, id, minute};

/// Everywhere else that a person can be named.
const ELSEWHERE: &str = "
    SELECT add_day('trades', '2026-01-05'), add_day('signals', '2026-01-05');
    INSERT INTO trades (user_id, symbol, at, side, quantity, price) VALUES
        ('asha', 'NIFTY', '2026-01-05 04:00Z', 'BUY', 75, 22510), ('bela', 'NIFTY', '2026-01-05 04:00Z', 'BUY', 75, 22510);
    INSERT INTO signals (symbol, algorithm, user_id, at, vote, confidence) VALUES
        ('NIFTY', 'macd', 'asha', '2026-01-05 04:00Z', 'BUY', 1), ('NIFTY', 'macd', NULL, '2026-01-05 04:00Z', 'BUY', 1);
    INSERT INTO skipped_rows (id, detector, family, subject, at, reason, recorded_at)
    SELECT gen_random_uuid(), 'overtrading', 'BEHAVIOR', subject, now(), 'late', now() FROM unnest('{asha,bela}'::text[]) AS subject;
    UPDATE algorithm_conflicts SET message = 'asha: ' || message, signals = signals || '{\"for\": \"asha\"}' WHERE user_id = 'asha';
    UPDATE behavior_anomalies SET message = 'asha: ' || message, evidence = evidence || '{\"asha\": 1}' WHERE user_id = 'asha';
    UPDATE anomaly_decisions SET reason = 'known of asha' WHERE behavior_id IS NOT NULL;
    INSERT INTO action_executions
        (id, decision_id, type, status, subject_type, subject, parameters, compensation, result, idempotency_key, requested_at,
         finished_at, duration)
    SELECT '00000000-0000-0000-0000-0000000000aa', id, 'COOL_DOWN_USER', 'SUCCEEDED', 'USER', 'asha', '{\"user\": \"asha\"}',
        '{\"users\": [\"asha\"]}', '{\"said\": \"asha has a break\"}', 'COOL_DOWN_USER/asha/2', now(), now(), 0
    FROM anomaly_decisions WHERE behavior_id IS NOT NULL;
    INSERT INTO active_controls (id, action_id, type, subject_type, subject, value, set_at)
    SELECT id, id, type, subject_type, subject, parameters, now() FROM action_executions;
    INSERT INTO notification_recipients (id, user_id, name, email, channels, minimum_priority, created_at, updated_at) VALUES
        ('00000000-0000-0000-0000-0000000000ab', 'asha', 'Asha', 'asha@example.com', '{EMAIL}', 'LOW', now(), now()),
        ('00000000-0000-0000-0000-0000000000ac', NULL, 'desk', NULL, '{LOG}', 'LOW', now(), now());
    INSERT INTO notifications (id, behavior_id, kind, priority, status, title, body, created_at)
    SELECT gen_random_uuid(), id, kind, 'HIGH'::notification_priority, 'PENDING'::notification_status, 'asha trades too often', message, now() FROM behavior_anomalies
    WHERE user_id = 'asha'
    UNION ALL SELECT gen_random_uuid(), NULL, 'OVERTRADING', 'LOW', 'PENDING', 'long ago', 'asha, too', now();
    INSERT INTO notification_deliveries (notification_id, recipient_id, channel, status, error)
    SELECT notification.id, recipient.id, 'LOG', 'FAILED', 'no route to asha'
    FROM notifications AS notification, notification_recipients AS recipient;
    INSERT INTO jobs (id, kind, input, status, result, error, run_at, created_at, finished_at) VALUES
        (gen_random_uuid(), 'ask', '{\"user\": \"asha\"}', 'FAILED', '[\"asha\"]', 'asha is busy', now(), now(), now());
    INSERT INTO job_files (job_id, number, content) SELECT id, 0, 'subject,asha' FROM jobs;
    INSERT INTO outbox (kind, message, next_attempt_at, created_at) VALUES ('webhook', '{\"to\": [\"asha\"]}', now(), now());
    INSERT INTO idempotency_keys (owner, key, request_digest, response, created_at, expires_at) VALUES
        ('asha', 'k', sha256(''), '{}', now(), 'infinity'), ('bela', 'k', sha256(''), '{\"user\": \"asha\"}', now(), 'infinity');
    INSERT INTO api_keys (id, name, hash, scopes, created_at, created_by)
        VALUES (gen_random_uuid(), 'asha', sha256(''), '{viewer}', now(), 'asha');
    INSERT INTO uploads (id, content, created_at) VALUES (gen_random_uuid(), 'asha,NIFTY', now());
    INSERT INTO backtest_runs
        (id, recorded_at, data_digest, plugins_digest, settings_digest, result_digest, result)
    SELECT gen_random_uuid(), now(), sha256(result), sha256(''), sha256(''), sha256(result), result
    FROM (VALUES ('{\"subject\": \"asha\"}'::bytea), ('{\"subject\": \"bela\"}')) AS results (result);
    UPDATE block_references SET metadata = '{\"seen_by\": \"asha\"}' WHERE behavior_id IS NOT NULL;
    ANALYZE;
";

/// Two anomalies of asha, one of bela, and one of a symbol, that asha judges.
async fn known(name: &str) -> Scene {
    let scene = Scene::new(name).await;
    scene.decide(&[decision(4, DecisionType::Fix)]).await;
    scene.create_conflicts(&[conflict(1)]).await;
    scene.create_behavior(&[behavior(2), BehaviorAnomaly { user_id: "bela".into(), ..behavior(3) }]).await;
    let decided = [decision(2, DecisionType::Fix)];
    scene.change(async |change| decisions::create_for_behavior(change, &decided).await).await.unwrap();
    scene.mark(AnomalyRef::Market(id(4)), true, "asha").await;
    for (revision, by) in [(0, "asha"), (1, "mira")] {
        let new = Override { revision, decision: DecisionType::Keep, reason: "no".into(), by: by.into() };
        scene.change(async |change| decisions::overrule(change, id(4), &new).await).await.unwrap();
    }
    scene
}

async fn forget(scene: &Scene, user: &str) -> Option<Forgotten> {
    let forgotten = scene.change(async |change| forget::forget(change, user).await).await.unwrap();
    forget::vacuum(scene.store()).await.unwrap();
    forgotten
}

/// Tables, and the planner's samples of them, that have a word in any of their columns, as text or as bytes.
async fn mentions(scene: &Scene, word: &str) -> BTreeMap<String, i64> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
         UNION ALL SELECT 'pg_stats'",
    )
    .fetch_all(scene.store().pool())
    .await
    .unwrap();
    let mut mentions = BTreeMap::new();
    for table in tables {
        let count = format!(
            "SELECT COUNT(*) FROM {table} AS found
             WHERE found::text ~ $1 OR found::text LIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%'"
        );
        let count = sqlx::query_scalar(AssertSqlSafe(count)).bind(word);
        mentions.insert(table, count.fetch_one(scene.store().pool()).await.unwrap());
    }
    mentions.retain(|_, count| *count > 0);
    mentions
}

#[tokio::test]
async fn no_column_of_any_table_has_the_name_of_a_forgotten_person() {
    let scene = known("forget").await;
    scene.store().pool().execute(ELSEWHERE).await.unwrap();
    let before = mentions(&scene, "asha").await;
    for table in [
        "action_executions",
        "active_controls",
        "algorithm_conflicts",
        "anomaly_decisions",
        "anomaly_detections",
        "api_keys",
        "backtest_runs",
        "behavior_anomalies",
        "block_references",
        "decision_revisions",
        "idempotency_keys",
        "job_files",
        "jobs",
        "notification_deliveries",
        "notification_recipients",
        "notifications",
        "outbox",
        "pg_stats",
        "pseudonyms",
        "signals",
        "skipped_rows",
        "trades",
        "uploads",
    ] {
        assert!(before.contains_key(table), "{table} is not tested");
    }
    let forgotten = forget(&scene, "asha").await.unwrap();
    assert_eq!(mentions(&scene, "asha").await, BTreeMap::new());
    let deleted =
        Deleted { trades: 1, signals: 1, skipped_rows: 1, recipients: 1, backtest_runs: 1, uploads: 1 };
    assert_eq!(forgotten.deleted, deleted);
    let renamed = Renamed {
        behavior_anomalies: 1,
        conflicts: 1,
        marks: 1,
        decisions: 2,
        actions: 1,
        controls: 1,
        notifications: 4,
        others: 8,
    };
    assert_eq!(forgotten.renamed, renamed);
    let payloads = scene.payloads(BlockType::UserForgotten).await;
    assert_eq!(payloads, [serde_json::json!({ "forgotten": forgotten })]);
    assert_eq!(scene.count("active_controls").await, 1);
    assert_eq!(scene.count("trades WHERE user_id = 'bela'").await, 1);
    assert!(forget(&scene, "asha").await.is_none());
}

#[tokio::test]
async fn records_have_the_pseudonym_that_their_blocks_have() {
    let scene = known("forget_records").await;
    let forgotten = forget(&scene, "asha").await.unwrap();
    let payloads = scene.payloads(BlockType::AnomalyDetected).await;
    let expected = BehaviorAnomaly { user_id: forgotten.pseudonym.clone(), ..behavior(2) };
    assert_eq!(canonical::bytes(&payloads[2]["anomaly"]), canonical::bytes(&expected));
    assert_eq!(anomalies::behavior(scene.store(), &[id(2)]).await.unwrap(), [expected]);
    let expected = Conflict { user_id: Some(forgotten.pseudonym.clone()), ..conflict(1) };
    assert_eq!(anomalies::conflict(scene.store(), &[id(1)]).await.unwrap(), [expected]);
    let marked = &anomalies::market(scene.store(), &[id(4)]).await.unwrap()[0];
    assert_eq!(marked.marked_by.as_ref(), Some(&forgotten.pseudonym));
}

#[tokio::test]
async fn whoever_comes_back_is_somebody_new() {
    let scene = known("forget_new").await;
    let forgotten = forget(&scene, "asha").await.unwrap();
    scene.create_behavior(&[BehaviorAnomaly { severity: Severity::High, ..behavior(9) }]).await;
    let payloads = scene.payloads(BlockType::AnomalyDetected).await;
    assert_ne!(payloads[4]["anomaly"]["user_id"], forgotten.pseudonym);
}

#[tokio::test]
async fn others_are_not_touched_however_alike_their_names_are() {
    let scene = known("forget_others").await;
    let others = ["asha-2", "masha", "Asha", "ashà"];
    let alike: Vec<_> = (10..)
        .zip(others)
        .map(|(number, other)| BehaviorAnomaly {
            user_id: other.into(),
            message: format!("{other} and another"),
            ..behavior(number)
        })
        .collect();
    scene.create_behavior(&alike).await;
    let before = scene.change(async |change| pseudonyms::of(change, others.map(String::from).into()).await);
    let before = before.await.unwrap();
    forget(&scene, "asha").await.unwrap();
    let ids: Vec<_> = alike.iter().map(|other| other.id).collect();
    let mut after = anomalies::behavior(scene.store(), &ids).await.unwrap();
    after.sort_by_key(|anomaly| anomaly.id);
    assert_eq!(after, alike);
    let pseudonyms =
        scene.change(async |change| pseudonyms::of(change, others.map(String::from).into()).await);
    assert_eq!(pseudonyms.await.unwrap(), before);
}

#[tokio::test]
async fn nobody_is_forgotten_of_whom_nothing_is_known() {
    let scene = known("forget_nobody").await;
    let blocks = scene.count("blockchain_blocks").await;
    assert!(forget(&scene, "nobody").await.is_none());
    assert!(forget(&scene, "").await.is_none());
    assert_eq!(scene.count("blockchain_blocks").await, blocks);
}

#[tokio::test]
async fn changes_under_way_are_forgotten_too() {
    let scene = known("forget_race").await;
    let mut change = scene.journal.begin(minute(0)).await.unwrap();
    anomalies::create_behavior(&mut change, &[behavior(9)]).await.unwrap();
    let (forgotten, committed) = tokio::join!(forget(&scene, "asha"), change.commit());
    committed.unwrap();
    assert_eq!(forgotten.unwrap().renamed.behavior_anomalies, 2);
    assert_eq!(mentions(&scene, "asha").await, BTreeMap::new());
}

#[tokio::test]
async fn the_command_forgets_and_the_chain_still_verifies() {
    let scene = known("forget_command").await;
    let said = scene.host(&["db", "forget", "asha"]);
    assert!(said.status.success(), "{said:?}");
    let pseudonym = scene.payloads(BlockType::UserForgotten).await[0]["forgotten"]["pseudonym"].clone();
    assert!(String::from_utf8(said.stdout).unwrap().contains(pseudonym.as_str().unwrap()));
    assert_eq!(mentions(&scene, "asha").await, BTreeMap::new());
    let verified = scene.host(&["ledger", "verify", "--public-key", "host.pub"]);
    assert!(verified.status.success(), "{verified:?}");
    let again = scene.host(&["db", "forget", "asha"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8(again.stderr).unwrap().contains("nothing is known of a user \"asha\""));
}
