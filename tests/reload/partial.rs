//! What is not replaced runs on as it is.

use std::fs;

use host::{
    domain::time::{MINUTE, Timestamp},
    store::rows::{Bar, Rows},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::stamped;

use crate::shop::{LOOKS, PAUSE, PRICES, Shop, component};

const HOSTILE: &str = "tests/hostile/hostile.wasm";

/// Needs bars of whole sessions.
const SESSIONS: &str = "plugins/conflict/vwap-reversion/vwap-reversion.wasm";

/// 2026-01-05T00:30:00Z, the first minute of a fifty since 1970.
const BEGINS: i64 = 1_767_573_000_000_000;

/// Bars of a symbol in a range of minutes.
fn bars(symbol: &str, minutes: std::ops::Range<i64>) -> Rows {
    let bar = |minute: i64| Bar {
        symbol: symbol.to_owned(),
        at: Timestamp(BEGINS + minute * MINUTE),
        open: None,
        high: None,
        low: None,
        close: Decimal::from(100 + minute % 3),
        volume: Some(Decimal::from(1_000)),
        bid: None,
        ask: None,
        open_interest: None,
        implied_volatility: None,
    };
    Rows { bars: minutes.map(bar).collect(), ..Rows::default() }
}

/// Figures of a component, once they are so.
async fn figures(shop: &Shop, name: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..LOOKS {
        let set = shop.get("/api/plugins").await;
        let found = set["plugins"].as_array().unwrap().iter().find(|plugin| plugin["name"] == name).cloned();
        if let Some(found) = found.filter(&is_so) {
            return found;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{name} does not become so: {}", shop.get("/api/plugins").await);
}

async fn reload(shop: &Shop) {
    let (status, said) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!((status, &said["isNew"]), (200, &json!(true)), "{said:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_the_others_go_on() {
    let settings = [("VYOMO_CODE__WATCH", "false"), ("VYOMO_INGEST__WORKERS", "1")];
    let shop = Shop::with("reload_others", &[PRICES, HOSTILE], &settings).await;
    shop.hand_in(&bars("NIFTY", 0..30)).await;
    fs::write(shop.site.path("plugins/price-movement.wasm"), stamped(&component(PRICES), "new")).unwrap();
    reload(&shop).await;
    shop.hand_in(&bars("NIFTY", 30..60)).await;
    let others = figures(&shop, "hostile", |found| found["rows"] == 60).await;
    assert_eq!(others["restarts"], 0, "{others:#}");
}

/// After a trap an instance is made anew from the rows before, those left out that trap: whatever their numbers are in the
/// history that is kept.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_skipped_stays_skipped_whichever_one_is_replaced() {
    let settings = [
        ("VYOMO_PLUGINS__HOSTILE__SETTINGS__MODE", "trap-every-50th"),
        ("VYOMO_CODE__WATCH", "false"),
        ("VYOMO_CODE__TRIAL_TRAPS", "100"),
        ("VYOMO_INGEST__WORKERS", "1"),
    ];
    let shop = Shop::with("reload_skipped", &[PRICES, HOSTILE], &settings).await;
    // New components are warmed in the order of names, which is not the one in which rows came.
    shop.hand_in(&bars("ZINC", 0..40)).await;
    shop.hand_in(&bars("GOLD", 0..55)).await;
    fs::write(shop.site.path("plugins/hostile.wasm"), stamped(&component(HOSTILE), "new")).unwrap();
    reload(&shop).await;
    shop.hand_in(&bars("ZINC", 40..55)).await;
    let after = figures(&shop, "hostile", |found| found["restarts"].as_u64() >= Some(1)).await;
    assert_eq!(after["state"], "RUNNING", "{after:#}");

    fs::copy(component(SESSIONS), shop.site.path("plugins/vwap-reversion.wasm")).unwrap();
    reload(&shop).await;
    shop.hand_in(&bars("LEAD", 0..60)).await;
    let after = figures(&shop, "hostile", |found| found["restarts"].as_u64() >= Some(2)).await;
    assert_eq!(after["state"], "RUNNING", "{after:#}");
    let skipped: Vec<String> = sqlx::query_scalar("SELECT subject FROM skipped_rows ORDER BY 1")
        .fetch_all(shop.pool())
        .await
        .unwrap();
    assert_eq!(skipped, ["GOLD", "LEAD", "ZINC"]);
}
