//! Components that did badly do not come back by themselves.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::feed::{built_in, by_minutes};

use crate::shop::{PRICES, Shop, component};

fn name(set: &Value) -> &Value {
    &set["plugins"][0]["name"]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_stays_away_until_somebody_asks_for_it() {
    let settings =
        [("VYOMO_PLUGINS__HOSTILE__SETTINGS__MODE", "trap-every-1000th"), ("VYOMO_CODE__TRIAL_TRAPS", "1")];
    let mut shop = Shop::with("reload_withdrawn", &[PRICES], &settings).await;
    let first = shop.get("/api/plugins").await["plugins"][0]["hash"].clone();
    let (file, hostile) =
        (shop.site.path("plugins/price-movement.wasm"), component("tests/hostile/hostile.wasm"));
    fs::copy(&hostile, &file).unwrap();
    shop.until("/api/plugins", |set| name(set) == "hostile").await;
    let folder = TempDir::new().unwrap();
    for part in by_minutes(&built_in(folder.path(), 10, 1), 60) {
        shop.hand_in(&part).await;
    }
    shop.until("/api/plugins", |set| set["plugins"][0]["hash"] == first).await;
    let withdrawn = |set: &Value| {
        set["plugins"][0]["hash"] == first
            && set["refused"]
                .as_str()
                .is_some_and(|said| said.contains("hostile") && said.contains("withdrawn"))
    };
    shop.until("/api/plugins", withdrawn).await;
    let changes = shop.blocks("PLUGIN_CHANGED").await.len();

    // The folder has another look, and the same components.
    let told: Value = sqlx::query_scalar("SELECT to_jsonb(withdrawn_at) FROM withdrawn_sets")
        .fetch_one(shop.pool())
        .await
        .unwrap();
    fs::copy(&hostile, shop.site.path("plugins/again.tmp")).unwrap();
    fs::rename(shop.site.path("plugins/again.tmp"), &file).unwrap();
    shop.host.signal(nix::sys::signal::Signal::SIGHUP);
    shop.until("/api/plugins", withdrawn).await;
    assert_eq!(shop.host.stop().0, 0);
    shop.host = shop.site.serve();
    let set = shop.get("/api/plugins").await;
    assert!(withdrawn(&set), "{set:#}");
    let listed = shop.site.host(&["plugin", "list", "--to", &shop.host.url]);
    assert!(listed.code == 3 && listed.out.contains("were withdrawn: hostile"), "{listed:?}");
    assert_eq!(shop.blocks("PLUGIN_CHANGED").await.len(), changes);
    shop.host.kill();
    shop.host = shop.site.serve();
    assert!(withdrawn(&shop.get("/api/plugins").await));
    assert_eq!(
        told,
        sqlx::query_scalar::<_, Value>("SELECT to_jsonb(withdrawn_at) FROM withdrawn_sets")
            .fetch_one(shop.pool())
            .await
            .unwrap()
    );

    let (status, said) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!((status, name(&said["set"])), (200, &json!("hostile")), "{said:#}");
    assert_eq!(shop.get("/api/plugins").await["refused"], Value::Null);
    let (code, log) = shop.host.stop();
    assert!(code == 0 && log.contains("were withdrawn"), "{log}");
    shop.host = shop.site.serve();
    assert_eq!(name(&shop.get("/api/plugins").await), "hostile");
}
