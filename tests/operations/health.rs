use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::Value;
use tests::{Ran, Scratch, database, serving::Site};

/// What `host doctor --json` found about one thing.
fn about<'a>(found: &'a Value, check: &str) -> Vec<&'a Value> {
    found["findings"].as_array().unwrap().iter().filter(|finding| finding["check"] == check).collect()
}

fn examine(site: &Site) -> (i32, Value) {
    let ran = site.host(&["doctor", "--json"]);
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}")))
}

fn standing(found: &Value, check: &str) -> String {
    let findings = about(found, check);
    assert_eq!(findings.len(), 1, "{check} in {found:#}");
    findings[0]["standing"].as_str().unwrap().to_owned()
}

/// A site that is as it should be.
async fn sound(name: &str) -> (database::Database, Site) {
    let database = database::fresh(name).await;
    let site = Site::new(&database)
        .with_components(&["plugins/market/price-movement/price-movement.wasm"])
        .with("VYOMO_SERVER__DEVELOPMENT", "false");
    let key = site.host(&["key", "create", "desk", "--scope", "operator"]);
    assert_eq!(key.code, 0, "{key:?}");
    (database, site)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_host_has_nothing_to_say() {
    let (_database, site) = sound("sound").await;
    let (code, found) = examine(&site);
    assert_eq!(code, 0, "{found:#}");
    for check in [
        "configuration",
        "data folder",
        "database",
        "schema",
        "ledger key",
        "clock",
        "last block",
        "access",
        "plugins",
    ] {
        assert_eq!(standing(&found, check), "ok", "{found:#}");
    }
    assert_eq!(standing(&found, "policies"), "ok", "{found:#}");
    let table = site.host(&["doctor"]);
    assert_eq!(table.code, 0);
    assert!(table.out.starts_with("check"), "{}", table.out);
    assert!(table.out.contains("1 API key is valid"), "{}", table.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    let (database, site) = sound("unchanged").await;
    let tables = "SELECT count(*) FROM blockchain_blocks";
    let blocks: i64 = sqlx::query_scalar(tables).fetch_one(&database.pool).await.unwrap();
    let files = || {
        let mut found: Vec<_> = walk(&site.path("."));
        found.sort();
        found
    };
    let before = files();
    examine(&site);
    assert_eq!(files(), before);
    let after: i64 = sqlx::query_scalar(tables).fetch_one(&database.pool).await.unwrap();
    assert_eq!(after, blocks);
    let empty = Scratch::new();
    let ran = empty.host_with(&[("VYOMO_DATA_DIR", "data")], &["doctor"]);
    assert!(ran.out.contains("there is none yet"), "{ran:?}");
    assert!(!empty.path("data").exists());
}

fn walk(folder: &std::path::Path) -> Vec<(std::path::PathBuf, u64, std::time::SystemTime)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .flat_map(|entry| {
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                return walk(&entry.path());
            }
            vec![(entry.path(), metadata.len(), metadata.modified().unwrap())]
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_amiss_is_named_with_the_way_out() {
    let (_database, site) = sound("amiss").await;
    let key = site.path("data/ledger/key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(site.path("plugins/broken.wasm"), b"no component").unwrap();
    fs::write(site.path("policies/market.rhai"), "fn triage(anomaly").unwrap();
    fs::set_permissions(site.path("data"), fs::Permissions::from_mode(0o777)).unwrap();
    let (code, found) = examine(&site);
    assert_eq!(code, 1);
    let text = found.to_string();
    for (check, said) in
        [("ledger key", "chmod 600"), ("data folder", "chmod go-w"), ("policies", "market.rhai")]
    {
        assert_eq!(standing(&found, check), "problem", "{found:#}");
        assert!(text.contains(said), "{said} in {found:#}");
    }
    assert!(!text.contains("says the same"), "{found:#}");
    let refused = about(&found, "plugins");
    assert!(
        refused
            .iter()
            .any(|one| one["standing"] == "problem" && one["found"].to_string().contains("broken.wasm")),
        "{found:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_ledger_does_not_know_and_an_older_database_are_problems() {
    let (database, site) = sound("foreign").await;
    let begun = site.host(&["policy", "apply"]);
    assert_eq!(begun.code, 0, "{begun:?}");
    let (code, found) = examine(&site);
    assert_eq!((code, standing(&found, "ledger key").as_str()), (0, "ok"), "{found:#}");

    let other = Site::new(&database).with("VYOMO_SERVER__DEVELOPMENT", "false");
    let (code, found) = examine(&other);
    assert_eq!((code, standing(&found, "ledger key").as_str()), (1, "problem"), "{found:#}");
    assert!(found.to_string().contains("host ledger key admit"), "{found:#}");

    let fresh = database::fresh("older").await;
    let older = Site::new(&fresh);
    fs::create_dir_all(older.path("data/ledger")).unwrap();
    fs::copy(site.path("data/ledger/head"), older.path("data/ledger/head")).unwrap();
    let (code, found) = examine(&older);
    assert_eq!((code, standing(&found, "ledger").as_str()), (1, "problem"), "{found:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unmigrated_database_and_wrong_settings_are_problems() {
    let empty = database::empty("unmigrated").await;
    let site = Site::new(&empty);
    let (code, found) = examine(&site);
    assert_eq!((code, standing(&found, "schema").as_str()), (1, "problem"), "{found:#}");
    assert!(found.to_string().contains("host db migrate"), "{found:#}");
    let ran = Scratch::new().with_file("vyomo.toml", "[server]\nlisten = 'here'").host(&["doctor"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("server.listen"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_a_problem_unless_a_host_has_it() {
    let (_database, site) = sound("port").await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let site = site.with("VYOMO_SERVER__LISTEN", &taken.local_addr().unwrap().to_string());
    let (code, found) = examine(&site);
    assert_eq!((code, standing(&found, "address").as_str()), (1, "problem"), "{found:#}");
    drop(taken);
    let serving = site.serve();
    let (code, found) = examine(&site);
    assert_eq!((code, standing(&found, "address").as_str()), (0, "ok"), "{found:#}");
    assert!(found.to_string().contains("a host 0."), "{found:#}");
    serving.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_in_development_mode_needs_no_key() {
    let database = database::fresh("no_key").await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let site = Site::new(&database)
        .with_components(&["plugins/market/price-movement/price-movement.wasm"])
        .with("VYOMO_SERVER__DEVELOPMENT", "false")
        .with("VYOMO_SERVER__LISTEN", &free);
    let (_, found) = examine(&site);
    assert!(about(&found, "access")[0]["found"].to_string().contains("there is no API key"), "{found:#}");
    let serving = site.serve_with(&["--dev"]);
    let (_, found) = examine(&site);
    let said = about(&found, "access")[0]["found"].to_string();
    assert!(said.contains(&format!("the host at {free} is in development mode")), "{found:#}");
    serving.stop();
}

#[test]
fn development_mode_and_a_model_without_a_grant_are_warnings() {
    let site = Scratch::new();
    let variables = [
        ("VYOMO_DATA_DIR", "data"),
        ("VYOMO_SERVER__DEVELOPMENT", "true"),
        ("VYOMO_AGENT__API_KEY", "sk-hunter2"),
    ];
    let ran: Ran = site.host_with(&variables, &["doctor", "--json"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(standing(&found, "access"), "warning", "{found:#}");
    assert_eq!(standing(&found, "agent"), "warning", "{found:#}");
    assert!(!ran.out.contains("hunter2"), "{ran:?}");
}
