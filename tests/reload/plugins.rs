//! Components that are replaced.

use std::fs;

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{
    feed::{anomalies, built_in, by_minutes},
    stamped,
};

use crate::shop::{LOOKS, PAUSE, PRICES, Shop, component, detectors};

const VOLUMES: &str = "plugins/market/volume-surge/volume-surge.wasm";

const ALGORITHM: &str = "plugins/conflict/supertrend/supertrend.wasm";
const TRADERS: &str = "plugins/behavior/risk-breach/risk-breach.wasm";

/// What is replaced at once, by turns.
const REPLACED: [&[&str]; 4] = [&[PRICES], &[TRADERS], &[ALGORITHM], &[VOLUMES, TRADERS, ALGORITHM]];

fn plugin<'a>(set: &'a Value, name: &str) -> &'a Value {
    set["plugins"].as_array().unwrap().iter().find(|plugin| plugin["name"] == name).unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_in_the_middle_changes_nothing_but_the_code() {
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 4, 1);
    let parts = by_minutes(&rows, 30);
    let names = detectors();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let calm = Shop::with("reload_calm", &names, &[("VYOMO_CODE__WATCH", "false")]).await;
    let busy = Shop::with("reload_busy", &names, &[("VYOMO_CODE__WATCH", "false")]).await;
    let mut swaps = 0;
    for (number, part) in parts.iter().enumerate() {
        calm.hand_in(part).await;
        busy.hand_in(part).await;
        if number % 9 == 4 {
            // One of them, or several of different families.
            for &path in REPLACED[swaps % REPLACED.len()] {
                let file = path.rsplit('/').next().unwrap();
                let target = busy.site.path(&format!("plugins/{file}"));
                fs::write(target, stamped(&component(path), &format!("swap {number}"))).unwrap();
            }
            let (status, said) = busy.post("/api/plugins/reload", &json!({})).await;
            assert_eq!((status, &said["isNew"]), (200, &json!(true)), "{said:#}");
            assert_eq!((&said["findingsGone"], &said["findingsNew"]), (&json!(0), &json!(0)), "{said:#}");
            assert!(said["rowsCompared"].as_u64().unwrap() > 0, "{said:#}");
            swaps += 1;
        }
    }
    let accepted: i64 = sqlx::query_scalar("SELECT count(*) FROM bars").fetch_one(busy.pool()).await.unwrap();
    assert_eq!(accepted as usize, rows.bars.len());
    let changed = busy.blocks("PLUGIN_CHANGED").await;
    assert_eq!(changed.len(), 1 + swaps, "{changed:#?}");
    assert!(changed.last().unwrap()["rows_by_worker"].as_array().is_some_and(|rows| !rows.is_empty()));
    let (busy_pool, calm_pool) = (busy.pool().clone(), calm.pool().clone());
    let ((code, log), (calm_code, _)) = (busy.host.stop(), calm.host.stop());
    assert_eq!((code, calm_code), (0, 0), "{log}");
    let (busy, calm) = (anomalies(&busy_pool).await, anomalies(&calm_pool).await);
    let gone: Vec<_> = calm.iter().filter(|(key, value)| busy.get(key) != Some(value)).collect();
    let new: Vec<_> = busy.iter().filter(|(key, value)| calm.get(key) != Some(value)).collect();
    assert!(gone.is_empty() && new.is_empty(), "gone {gone:#?}, new {new:#?}");
}

/// What is compared is what components say that know their whole past, whichever of the two needs more of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_missed_without_a_component_is_what_it_found() {
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 6, 1);
    let shop = Shop::with("reload_missed", &[PRICES, VOLUMES], &[("VYOMO_CODE__WATCH", "false")]).await;
    for part in by_minutes(&rows, 200) {
        shop.hand_in(&part).await;
    }
    let target = shop.site.path("plugins/volume-surge.wasm");
    fs::write(&target, stamped(&component(VOLUMES), "new")).unwrap();
    let (_, same) = shop.post("/api/plugins/reload", &json!({})).await;
    assert!(same["findingsSame"].as_u64() > Some(0), "{same:#}");
    assert_eq!((&same["findingsGone"], &same["findingsNew"]), (&json!(0), &json!(0)), "{same:#}");
    fs::remove_file(&target).unwrap();
    let (_, missed) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!(missed["findingsGone"], same["findingsSame"], "{missed:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_set_is_refused_whole_and_says_why() {
    let shop = Shop::open("reload_bad", &[PRICES, VOLUMES]).await;
    let before = shop.get("/api/plugins").await;
    fs::write(shop.site.path("plugins/volume-surge.wasm"), stamped(&component(VOLUMES), "new")).unwrap();
    fs::write(shop.site.path("plugins/price-movement.wasm"), &fs::read(component(PRICES)).unwrap()[..5_000])
        .unwrap();
    let (status, said) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!(status, 409, "{said}");
    assert!(said["detail"].as_str().unwrap().contains("price-movement.wasm"), "{said}");
    let after = shop.until("/api/plugins", |set| set["refused"].is_string()).await;
    assert!(after["refused"].as_str().unwrap().contains("price-movement.wasm"), "{after:#}");
    for name in ["price-movement", "volume-surge"] {
        assert_eq!(plugin(&after, name)["hash"], plugin(&before, name)["hash"]);
    }
    assert_eq!(shop.blocks("PLUGIN_CHANGED").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_folder_and_a_signal_take_effect_by_themselves() {
    let shop = Shop::open("reload_watch", &[PRICES]).await;
    let first = plugin(&shop.get("/api/plugins").await, "price-movement")["hash"].clone();
    fs::write(shop.site.path("plugins/price-movement.wasm"), stamped(&component(PRICES), "watched")).unwrap();
    let second = shop.until("/api/plugins", |set| plugin(set, "price-movement")["hash"] != first).await;
    let second = plugin(&second, "price-movement")["hash"].clone();
    let (status, said) = shop.post("/api/plugins/rollback", &json!({ "hash": first })).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(plugin(&said["set"], "price-movement")["hash"], first);
    assert_eq!(
        fs::read(shop.site.path("plugins/price-movement.wasm")).unwrap(),
        fs::read(component(PRICES)).unwrap()
    );
    let unknown = "0".repeat(64);
    let (status, said) = shop.post("/api/plugins/rollback", &json!({ "hash": unknown })).await;
    assert_eq!(status, 404, "{said}");

    let quiet = Shop::with("reload_signal", &[PRICES], &[("VYOMO_CODE__WATCH", "false")]).await;
    fs::write(quiet.site.path("plugins/price-movement.wasm"), stamped(&component(PRICES), "watched"))
        .unwrap();
    quiet.host.signal(Signal::SIGHUP);
    quiet.until("/api/plugins", |set| plugin(set, "price-movement")["hash"] == second).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_allowed_runs() {
    let shop = Shop::open("reload_allow_hash", &[PRICES]).await;
    let hash = plugin(&shop.get("/api/plugins").await, "price-movement")["hash"].as_str().unwrap().to_owned();
    let allowed = format!("[\"{hash}\"]");
    let shop = Shop::with("reload_allow", &[PRICES], &[("VYOMO_CODE__ALLOW", &allowed)]).await;
    fs::write(shop.site.path("plugins/price-movement.wasm"), stamped(&component(PRICES), "stranger"))
        .unwrap();
    let (status, said) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!(status, 409, "{said}");
    assert!(said["detail"].as_str().unwrap().contains("is not listed in code.allow"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn components_that_trap_make_room_for_those_before() {
    let settings =
        [("VYOMO_PLUGINS__HOSTILE__SETTINGS__MODE", "trap-every-50th"), ("VYOMO_CODE__WATCH", "false")];
    let shop = Shop::with("reload_trap", &[PRICES, VOLUMES], &settings).await;
    // As deployments go: the file of a component that ran is gone.
    fs::copy(component("tests/hostile/hostile.wasm"), shop.site.path("plugins/volume-surge.wasm")).unwrap();
    let (status, said) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!((status, &said["isNew"]), (200, &json!(true)), "{said:#}");
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 2, 1);
    for part in by_minutes(&rows, 60) {
        shop.hand_in(&part).await;
    }
    let mut set = Value::Null;
    for _ in 0..LOOKS {
        set = shop.get("/api/plugins").await;
        if plugin(&set, "hostile").is_null() {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    assert!(plugin(&set, "hostile").is_null() && !plugin(&set, "volume-surge").is_null(), "{set:#}");
    assert!(set["refused"].as_str().is_some_and(|reason| reason.contains("hostile")), "{set:#}");
    let changed = shop.blocks("PLUGIN_CHANGED").await;
    let last = changed.last().unwrap();
    assert!(last["by"] == "host" && last["reason"].as_str().unwrap().contains("hostile"), "{last:#}");
    let skipped: i64 =
        sqlx::query_scalar("SELECT count(*) FROM skipped_rows").fetch_one(shop.pool()).await.unwrap();
    assert!(skipped > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_is_left_out_gets_another_try() {
    let settings = [
        ("VYOMO_PLUGINS__HOSTILE__SETTINGS__MODE", "trap-every-50th"),
        ("VYOMO_CODE__RETRY_SECONDS", "1"),
        ("VYOMO_INGEST__WORKERS", "1"),
    ];
    let shop = Shop::with("reload_retry", &[PRICES, "tests/hostile/hostile.wasm"], &settings).await;
    let folder = TempDir::new().unwrap();
    let rows = built_in(folder.path(), 10, 1);
    let (mut left_out, mut came_back) = (None, false);
    for part in by_minutes(&rows, 30) {
        shop.hand_in(&part).await;
        // Figures are shown four times a second.
        tokio::time::sleep(PAUSE * 3).await;
        let set = shop.get("/api/plugins").await;
        let hostile = plugin(&set, "hostile");
        let rows = hostile["rows"].as_u64().unwrap();
        match left_out {
            None if hostile["state"] == "QUARANTINED" => {
                left_out = Some((rows, hostile["restarts"].as_u64()));
            }
            Some((before, restarts)) if rows > before => {
                assert!(hostile["restarts"].as_u64() > restarts, "{hostile:#}");
                came_back = true;
                break;
            }
            _ => {}
        }
    }
    assert!(came_back, "{left_out:?}");
}
