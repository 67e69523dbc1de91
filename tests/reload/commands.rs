//! Commands that act through the running host.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{
    Ran, database,
    feed::{built_in, by_minutes},
    serving::Site,
    stamped,
};

use crate::shop::{PRICES, Shop, component};

impl Shop {
    /// Runs a command against the host.
    fn run(&self, words: &[&str]) -> Ran {
        self.site.host(&[words, &["--to", &self.host.url]].concat())
    }

    /// Hash of the component that runs.
    async fn running(&self) -> String {
        self.get("/api/plugins").await["plugins"][0]["hash"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_are_listed_replaced_and_brought_back() {
    let shop = Shop::with("reload_commands", &[PRICES], &[("VYOMO_CODE__WATCH", "false")]).await;
    let folder = TempDir::new().unwrap();
    shop.hand_in(&by_minutes(&built_in(folder.path(), 1, 1), 60)[0]).await;
    let first = shop.running().await;
    shop.until("/api/plugins", |set| set["plugins"][0]["rows"].as_u64() > Some(0)).await;
    let listed = shop.run(&["plugin", "list"]);
    let row: Vec<&str> = listed.out.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(listed.code, 0, "{listed:?}");
    assert_eq!((row[0], row[1], row[3], row[4]), ("price-movement", "market", &first[..12], "running"));
    assert!(row[6].parse::<u64>().unwrap() > 0, "{listed:?}");

    fs::write(shop.site.path("plugins/price-movement.wasm"), stamped(&component(PRICES), "second")).unwrap();
    let reloaded = shop.run(&["plugin", "reload"]);
    let second = shop.running().await;
    assert_eq!(reloaded.code, 0, "{reloaded:?}");
    assert!(reloaded.out.contains(&format!("{} -> ", &first[..12])), "{reloaded:?}");
    assert!(reloaded.out.contains(&second[..12]) && first != second, "{reloaded:?}");
    assert!(shop.run(&["plugin", "reload"]).out.starts_with("nothing has changed"));

    let kept = shop.run(&["plugin", "versions"]);
    assert!(kept.out.contains(&first[..12]) && kept.out.contains(&second[..12]), "{kept:?}");
    let back = shop.run(&["plugin", "rollback", &first[..12]]);
    assert_eq!((back.code, shop.running().await), (0, first.clone()), "{back:?}");
    let newest: i64 = sqlx::query_scalar(
        "SELECT max(block_number) FROM blockchain_blocks WHERE type::text = 'PLUGIN_CHANGED'",
    )
    .fetch_one(shop.pool())
    .await
    .unwrap();
    assert!(back.out.contains(&format!("block {newest} says so")), "{back:?}");
    for unknown in ["0".repeat(64), "0".repeat(12)] {
        let refused = shop.run(&["plugin", "rollback", &unknown]);
        assert!(refused.code == 1 && refused.err.contains("`host plugin versions`"), "{refused:?}");
    }

    fs::write(shop.site.path("plugins/price-movement.wasm"), "no component").unwrap();
    let refused = shop.run(&["plugin", "reload"]);
    assert!(refused.code == 1 && refused.err.contains("price-movement.wasm"), "{refused:?}");
    let listed = shop.run(&["plugin", "list"]);
    assert!(listed.code == 3 && listed.out.contains("refused: the set is refused"), "{listed:?}");
    let listed: Value = serde_json::from_str(&shop.run(&["plugin", "list", "--json"]).out).unwrap();
    assert_eq!((&listed["plugins"][0]["hash"], listed["refused"].is_string()), (&json!(first), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_listed_replaced_and_brought_back() {
    let shop = Shop::with("reload_policy_commands", &[], &[("VYOMO_CODE__WATCH", "false")]).await;
    let live = async || shop.get("/api/policies/live").await["hash"].as_str().unwrap().to_owned();
    let (file, first) = (shop.site.path("policies/default.rhai"), live().await);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n// Edited.\n")).unwrap();
    let reloaded = shop.run(&["policy", "reload"]);
    let second = live().await;
    assert_eq!(reloaded.code, 0, "{reloaded:?}");
    assert!(reloaded.out.starts_with("default.rhai: changed\n"), "{reloaded:?}");
    let said = format!("{} decided, {} decides\nblock ", &first[..12], &second[..12]);
    assert!(reloaded.out.contains(&said), "{reloaded:?}");
    let listed = shop.run(&["policy", "list"]);
    let lines: Vec<&str> = listed.out.lines().collect();
    assert!(lines[1].starts_with(&second[..12]) && lines[1].ends_with("live"), "{listed:?}");
    assert!(lines[2].starts_with(&first[..12]) && !lines[2].ends_with("live"), "{listed:?}");
    assert_eq!(shop.run(&["policy", "rollback", &first[..12]]).code, 0);
    assert_eq!((live().await, fs::read_to_string(&file).unwrap()), (first, text.clone()));

    fs::write(&file, format!("{text}\nfn triage(")).unwrap();
    assert_eq!(shop.run(&["policy", "reload"]).code, 1);
    let listed = shop.run(&["policy", "list"]);
    assert!(listed.code == 3 && listed.out.contains("refused: ") && listed.out.contains("default.rhai"));
    let unknown = shop.run(&["policy", "rollback", &"0".repeat(64)]);
    assert!(unknown.code == 1 && unknown.err.contains("`host policy list`"), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_or_finds_no_host_is_told_what_to_do() {
    let shop = Shop::with("reload_commands_keys", &[PRICES], &[("VYOMO_SERVER__DEVELOPMENT", "false")]).await;
    let key = |name: &str, scope: &str| {
        fs::write(shop.site.path(name), shop.site.host(&["key", "create", name, "--scope", scope]).out)
            .unwrap();
    };
    key("viewer", "viewer");
    key("admin", "admin,viewer");
    fs::write(shop.site.path("wrong"), format!("vyk_{}", "A".repeat(43))).unwrap();
    for (words, said) in [
        (vec!["plugin", "reload"], "VYOMO_API_KEY"),
        (vec!["plugin", "reload", "--key-file", "wrong"], "`host key list`"),
        (vec!["plugin", "reload", "--key-file", "viewer"], "`host key create NAME --scope admin`"),
        (vec!["policy", "reload", "--key-file", "viewer"], "`host key create NAME --scope admin`"),
        (vec!["plugin", "reload", "--key-file", "nowhere"], "nowhere cannot be read"),
    ] {
        let refused = shop.run(&words);
        assert!(refused.code == 1 && refused.err.contains(said), "{refused:?}");
        assert!(!refused.err.contains("vyk_"), "{refused:?}");
        assert!(refused.err.matches("host key create").count() <= 1, "{refused:?}");
    }
    assert_eq!(shop.run(&["plugin", "list", "--key-file", "viewer"]).code, 0);
    assert_eq!(shop.run(&["plugin", "reload", "--key-file", "admin"]).code, 0);

    let away = shop.site.host(&["plugin", "list", "--to", "http://127.0.0.1:9"]);
    assert!(away.code == 1 && away.err.contains("`host serve`"), "{away:?}");
    let open = shop.site.host(&["policy", "list"]);
    assert!(open.code == 1 && open.err.contains("server.listen leaves the port open"), "{open:?}");
}

/// The settings say where the host is, and the environment holds the key.
#[tokio::test(flavor = "multi_thread")]
async fn settings_name_the_host_and_the_environment_holds_the_key() {
    let mut shop =
        Shop::with("reload_commands_usual", &[PRICES], &[("VYOMO_SERVER__DEVELOPMENT", "false")]).await;
    let key = shop.site.host(&["key", "create", "viewer", "--scope", "viewer"]).out;
    let listen = shop.host.url.trim_start_matches("http://").to_owned();
    shop.site = shop.site.with("VYOMO_SERVER__LISTEN", &listen).with("VYOMO_API_KEY", key.trim());
    let listed = shop.site.host(&["plugin", "list", "--to"]);
    assert!(listed.code == 0 && listed.out.contains("price-movement"), "{listed:?}");
    let kept = shop.site.host(&["plugin", "versions"]);
    assert!(kept.code == 0 && kept.out.contains("running"), "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_a_folder_of_plugins_or_with_broken_policies_says_so_once() {
    let database = database::fresh("reload_no_folder").await;
    let site = Site::new(&database);
    fs::write(site.path("policies/default.rhai"), "fn triage(").unwrap();
    let broken = site.host(&["serve"]);
    assert_eq!(broken.code, 1, "{broken:?}");
    assert_eq!(broken.err.matches("error: ").count(), 1, "{broken:?}");
    assert!(broken.err.contains("error: syntax: "), "{broken:?}");

    fs::remove_dir(site.path("plugins")).unwrap();
    let folder = fs::canonicalize(site.path(".")).unwrap().join("plugins");
    for dev in [&["serve"][..], &["serve", "--dev"]] {
        let ran = site.host(dev);
        assert_eq!(ran.code, 1, "{ran:?}");
        let said = format!("there is no folder of plugins {}: ", folder.display());
        assert!(ran.err.contains(&said) && ran.err.contains("code.plugins (VYOMO_CODE__PLUGINS)"), "{ran:?}");
    }
    let listed = site.host(&["plugin", "list"]);
    let said =
        format!("error: there is no folder of plugins {}; name one with --plugins\n", folder.display());
    assert_eq!((listed.code, listed.err.as_str()), (1, said.as_str()), "{listed:?}");
}
