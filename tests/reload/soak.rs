//! Minutes of everything at once: rows, reloads, crashes, and subscribers who come and go.

use std::{
    env, fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{SinkExt as _, StreamExt as _};
use host::store::rows::Rows;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{
    database,
    feed::{body, built_in, by_minutes},
    serving::{Serving, Site},
    stamped,
};
use tokio::{sync::RwLock, task::JoinSet, time::sleep};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::shop::{PRICES, client, component, detectors};

/// How long, unless `SOAK_SECONDS` says so.
const USUAL: u64 = 180;

/// Between two crashes.
const CRASH_EVERY: Duration = Duration::from_secs(12);

/// Sets replaced in each half, at about one a second.
const RELOAD_EVERY: Duration = Duration::from_secs(1);

/// What a host's memory may grow by between the middle and the end of its calm stretch, kilobytes.
const GROWTH: u64 = 64 * 1_024;

/// Where the host is, which changes with each start.
type Url = Arc<RwLock<String>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes; `make soak` runs it"]
async fn nothing_is_lost_and_nothing_counts_twice_whatever_happens() {
    let time = env::var("SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(USUAL);
    let time = Duration::from_secs(time);
    let database = database::fresh("soak").await;
    let names = detectors();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let site = Arc::new(Site::new(&database).with_components(&names).with("VYOMO_CODE__TRIAL_MINUTES", "0"));
    let mut host = site.serve();
    let url: Url = Arc::new(RwLock::new(host.url.clone()));
    let over = Arc::new(AtomicBool::new(false));
    let heard = Arc::new(AtomicU64::new(0));
    let mut others = JoinSet::new();
    others.spawn(reload(Arc::clone(&site), Arc::clone(&url), Arc::clone(&over)));
    for _ in 0..4 {
        others.spawn(subscribe(Arc::clone(&url), Arc::clone(&over), Arc::clone(&heard)));
    }
    let folder = TempDir::new().unwrap();
    let all = built_in(folder.path(), 200, 2);
    let feeding = tokio::spawn(feed(by_minutes(&all, 10), Arc::clone(&url), Arc::clone(&over)));

    let began = Instant::now();
    while began.elapsed() < time / 2 {
        sleep(CRASH_EVERY).await;
        host.kill();
        host = site.serve();
        url.write().await.clone_from(&host.url);
    }
    sleep(time / 4).await;
    let middle = memory(&host);
    sleep(time / 4).await;
    let end = memory(&host);
    over.store(true, Ordering::SeqCst);
    let sent = feeding.await.unwrap();
    others.join_all().await;
    assert!(end < middle + GROWTH, "memory grew from {middle} kB to {end} kB");
    assert_eq!(host.stop().0, 0);

    for (table, rows) in
        [("bars", sent.bars.len()), ("signals", sent.signals.len()), ("trades", sent.trades.len())]
    {
        let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let kept: i64 = sqlx::query_scalar(query).fetch_one(&database.pool).await.unwrap();
        assert_eq!(kept as usize, rows, "{table}");
    }
    let decided = "SELECT (SELECT count(*) FROM anomaly_detections) + (SELECT count(*) FROM algorithm_conflicts)
                        + (SELECT count(*) FROM behavior_anomalies) - (SELECT count(*) FROM anomaly_decisions)";
    let without: i64 = sqlx::query_scalar(decided).fetch_one(&database.pool).await.unwrap();
    assert_eq!(without, 0, "anomalies without a decision");
    let verified = site.host(&["ledger", "verify", "--public-key", "data/ledger/key.pub.pem"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(heard.load(Ordering::SeqCst) > 0);
}

/// Hands in parts in order, each until it is acknowledged; gives what was.
async fn feed(parts: Vec<Rows>, url: Url, over: Arc<AtomicBool>) -> Rows {
    let client = client();
    let mut sent = Rows::default();
    for (number, part) in parts.iter().enumerate() {
        let body = body(part);
        loop {
            let to = format!("{}/api/anomalies/detect", url.read().await);
            let request = client.post(to).header("idempotency-key", format!("part-{number}")).json(&body);
            if let Ok(answer) = request.send().await
                && answer.status().is_success()
            {
                let said: Value = answer.json().await.unwrap_or_default();
                if said["accepted"].is_u64() {
                    assert_eq!((&said["rejected"], &said["late"]), (&json!([]), &json!(0)), "{said}");
                    break;
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
        sent.extend(part);
        if over.load(Ordering::SeqCst) {
            break;
        }
    }
    sent
}

/// Replaces a component and a policy again and again.
async fn reload(site: Arc<Site>, url: Url, over: Arc<AtomicBool>) {
    let client = client();
    let policy = site.path("policies/default.rhai");
    let text = fs::read_to_string(&policy).unwrap();
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            return;
        }
        let stamp = format!("{}", number % 2);
        fs::write(site.path("plugins/price-movement.new"), stamped(&component(PRICES), &stamp)).unwrap();
        fs::rename(site.path("plugins/price-movement.new"), site.path("plugins/price-movement.wasm"))
            .unwrap();
        fs::write(site.path("default.new"), format!("{text}\n// {}\n", number % 2)).unwrap();
        fs::rename(site.path("default.new"), &policy).unwrap();
        for what in ["plugins", "policies"] {
            // It may be on its way up again.
            let _ = client.post(format!("{}/api/{what}/reload", url.read().await)).send().await;
        }
        sleep(RELOAD_EVERY).await;
    }
}

/// Listens for a while, leaves, and comes back to what it missed.
async fn subscribe(url: Url, over: Arc<AtomicBool>, heard: Arc<AtomicU64>) {
    let mut last: Option<u64> = None;
    while !over.load(Ordering::SeqCst) {
        let mut request =
            format!("{}/graphql", url.read().await.replacen("http", "ws", 1)).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let Ok((mut socket, _)) = connect_async(request).await else {
            sleep(Duration::from_millis(200)).await;
            continue;
        };
        let after = last.map_or(String::new(), |last| format!("(startAfter: {last})"));
        let query = format!("subscription {{ blockAdded{after} {{ blockNumber }} }}");
        let begins = [
            json!({ "type": "connection_init" }),
            json!({ "id": "1", "type": "subscribe", "payload": { "query": query } }),
        ];
        for message in begins {
            let _ = socket.send(Message::text(message.to_string())).await;
        }
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until && !over.load(Ordering::SeqCst) {
            let next = tokio::time::timeout(Duration::from_millis(500), socket.next()).await;
            let Ok(message) = next else { continue };
            let Some(Ok(message)) = message else { break };
            let said: Value = serde_json::from_str(message.to_text().unwrap_or_default()).unwrap_or_default();
            if let Some(number) = said["payload"]["data"]["blockAdded"]["blockNumber"].as_u64() {
                assert!(last.is_none_or(|last| number == last + 1), "block {number} after {last:?}");
                last = Some(number);
                heard.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

/// Resident memory, kilobytes (Linux, `VmRSS`).
fn memory(host: &Serving) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", host.process())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
