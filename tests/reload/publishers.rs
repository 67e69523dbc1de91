//! Components that need a publisher's signature.

use std::fs;

use serde_json::{Value, json};
use tests::{serving::Site, stamped};

use crate::shop::{PRICES, Shop, component};

const FILE: &str = "plugins/price-movement.wasm";

fn sign(site: &Site, file: &str, key: &str) -> String {
    let signed = site.host(&["plugin", "sign", file, "--key", key]);
    assert_eq!(signed.code, 0, "{signed:?}");
    signed.out
}

impl Shop {
    /// Has the folder read anew, which is refused for a reason, so that nothing changes.
    async fn refuses(&self, reason: &str) {
        let before = self.get("/api/plugins").await["plugins"].clone();
        let (status, said) = self.post("/api/plugins/reload", &json!({})).await;
        assert_eq!(status, 409, "{said}");
        assert!(said["detail"].as_str().unwrap().contains(reason), "{said}");
        let after = self.get("/api/plugins").await;
        assert_eq!(after["plugins"][0]["hash"], before[0]["hash"]);
        assert!(after["refused"].as_str().unwrap().contains(reason), "{after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_publisher_signed_runs() {
    let mut shop = Shop::with("reload_publishers", &[PRICES], &[("VYOMO_CODE__WATCH", "false")]).await;
    for key in ["release.pem", "stranger.pem"] {
        assert_eq!(shop.site.host(&["ledger", "keygen", "--out", key]).code, 0);
    }
    fs::write(shop.site.path("other.wasm"), stamped(&component(PRICES), "other")).unwrap();
    let said = sign(&shop.site, "other.wasm", "release.pem");
    let publishers = &said[said.rfind('[').unwrap()..=said.rfind(']').unwrap()];
    assert_eq!(shop.host.stop().0, 0);
    shop.site = shop.site.with("VYOMO_CODE__PUBLISHERS", publishers);
    let unsigned = shop.site.host(&["serve"]);
    assert!(unsigned.code == 1 && unsigned.err.contains("is not signed"), "{unsigned:?}");
    let doctor = shop.site.host(&["doctor"]);
    assert!(doctor.code == 1 && doctor.out.contains("is not signed"), "{doctor:?}");
    sign(&shop.site, FILE, "release.pem");
    shop.host = shop.site.serve();
    let first = shop.get("/api/plugins").await["plugins"][0]["hash"].clone();

    fs::write(shop.site.path(FILE), stamped(&component(PRICES), "second")).unwrap();
    shop.refuses("is no signature of this very component").await;
    sign(&shop.site, FILE, "stranger.pem");
    shop.refuses("is no signature of this very component").await;
    let beside = format!("{FILE}.sig");
    fs::copy(shop.site.path("other.wasm.sig"), shop.site.path(&beside)).unwrap();
    shop.refuses("is no signature of this very component").await;
    fs::write(shop.site.path(&beside), "signed").unwrap();
    shop.refuses("cannot be read as a signature").await;
    fs::remove_file(shop.site.path(&beside)).unwrap();
    shop.refuses("is not signed").await;
    sign(&shop.site, FILE, "release.pem");
    let (status, said) = shop.post("/api/plugins/reload", &json!({})).await;
    assert_eq!((status, &said["isNew"]), (200, &json!(true)), "{said:#}");

    let (status, said) = shop.post("/api/plugins/rollback", &json!({ "hash": first })).await;
    assert_eq!((status, &said["set"]["plugins"][0]["hash"]), (200, &first), "{said:#}");
    assert_eq!(shop.get("/api/plugins").await["refused"], Value::Null);
    assert_eq!(fs::read(shop.site.path(FILE)).unwrap(), fs::read(component(PRICES)).unwrap());
}

/// What ran before publishers were asked for was never signed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_unsigned_is_not_brought_back() {
    let mut shop = Shop::with("reload_unsigned", &[PRICES], &[("VYOMO_CODE__WATCH", "false")]).await;
    let unsigned = shop.get("/api/plugins").await["plugins"][0]["hash"].clone();
    assert_eq!(shop.site.host(&["ledger", "keygen", "--out", "release.pem"]).code, 0);
    let second = stamped(&component(PRICES), "second");
    fs::write(shop.site.path(FILE), &second).unwrap();
    let said = sign(&shop.site, FILE, "release.pem");
    let publishers = &said[said.rfind('[').unwrap()..=said.rfind(']').unwrap()];
    assert_eq!(shop.host.stop().0, 0);
    shop.site = shop.site.with("VYOMO_CODE__PUBLISHERS", publishers);
    shop.host = shop.site.serve();
    let (status, said) = shop.post("/api/plugins/rollback", &json!({ "hash": unsigned })).await;
    assert_eq!(status, 409, "{said}");
    assert!(said["detail"].as_str().unwrap().contains("is not signed"), "{said}");
    assert_eq!(fs::read(shop.site.path(FILE)).unwrap(), second);
}
