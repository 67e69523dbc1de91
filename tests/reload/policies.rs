//! Policies that are edited.

use std::fs;

use serde_json::json;

use crate::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_edit_decides_and_a_broken_one_does_not() {
    let shop = Shop::open("reload_policies", &[]).await;
    let first = shop.get("/api/policies/live").await;
    let file = shop.site.path("policies/default.rhai");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n// Edited.\n")).unwrap();
    let second = shop.until("/api/policies/live", |set| set["hash"] != first["hash"]).await;

    fs::write(&file, format!("{text}\nfn triage(")).unwrap();
    let (status, said) = shop.post("/api/policies/reload", &json!({})).await;
    assert_eq!(status, 409, "{said}");
    assert!(said["detail"].as_str().unwrap().contains("default.rhai"), "{said}");
    assert_eq!(shop.get("/api/policies/live").await["hash"], second["hash"]);

    let (status, said) = shop.post("/api/policies/rollback", &json!({ "hash": first["hash"] })).await;
    assert_eq!((status, &said["hash"]), (200, &first["hash"]), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let changed = shop.blocks("POLICY_CHANGED").await;
    let hashes: Vec<_> = changed.iter().map(|block| block["new"].clone()).collect();
    assert_eq!(hashes, [first["hash"].clone(), second["hash"].clone(), first["hash"].clone()]);
    let by: Vec<_> = changed.iter().map(|block| block["by"].clone()).collect();
    assert_eq!(by, [json!(null), json!("host"), json!("development")]);
}
