//! `host db migrate | status | reset | backup | restore`.

use std::fs;

use nix::sys::signal::Signal;
use sqlx::{Connection as _, PgConnection, query, query_scalar};
use tests::{Ran, database};

use crate::place::Place;

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap()
}

async fn note(url: &str, text: &str) {
    let mut connection = connect(url).await;
    query("CREATE TABLE IF NOT EXISTS probe (text text)").execute(&mut connection).await.unwrap();
    query("INSERT INTO probe VALUES ($1)").bind(text).execute(&mut connection).await.unwrap();
}

async fn noted(url: &str) -> Vec<String> {
    let mut connection = connect(url).await;
    let there: bool =
        query_scalar("SELECT to_regclass('probe') IS NOT NULL").fetch_one(&mut connection).await.unwrap();
    if !there {
        return Vec::new();
    }
    query_scalar("SELECT text FROM probe ORDER BY text").fetch_all(&mut connection).await.unwrap()
}

#[tokio::test]
async fn a_backup_brings_back_what_a_reset_deleted() {
    let place = Place::new();
    let host = place.running();
    place.done(&["db", "migrate"]);
    note(&host.url, "kept").await;
    place.done(&["db", "backup", "all.backup"]);
    assert_eq!(place.host(&["db", "backup", "all.backup"]).code, 1, "no file is written over");
    note(&host.url, "after the backup").await;
    place.done(&["db", "reset", "--yes"]);
    assert_eq!(noted(&host.url).await, Vec::<String>::new());
    assert!(place.done(&["db", "status"]).contains("migrations are applied"));
    note(&host.url, "in the way").await;

    let refused = place.host(&["db", "restore", "all.backup"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("is not empty; --replace"), "{}", refused.err);
    assert_eq!(noted(&host.url).await, ["in the way"]);

    place.done(&["db", "restore", "all.backup", "--replace"]);
    assert_eq!(noted(&host.url).await, ["kept"]);
    assert!(place.done(&["db", "status"]).contains("probe"));
    let names =
        "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE 'vyomo%'";
    let names: String = query_scalar(names).fetch_one(&mut connect(&host.url).await).await.unwrap();
    assert_eq!(names, "vyomo", "nothing is left beside the database");
}

#[tokio::test]
async fn a_backup_that_cannot_be_read_changes_nothing() {
    let place = Place::new();
    let host = place.running();
    note(&host.url, "kept").await;
    place.done(&["db", "backup", "good"]);
    let whole = fs::read(place.path("good")).unwrap();
    fs::write(place.path("cut"), &whole[..whole.len() / 2]).unwrap();
    fs::write(place.path("other"), "no backup").unwrap();
    for file in ["cut", "other", "missing"] {
        let ran = place.host(&["db", "restore", file, "--replace"]);
        assert_eq!(ran.code, 1, "{file}: {}", ran.said());
        assert_eq!(noted(&host.url).await, ["kept"], "{file}");
    }
    let names = "SELECT count(*) FROM pg_database WHERE datname LIKE 'vyomo%'";
    let names: i64 = query_scalar(names).fetch_one(&mut connect(&host.url).await).await.unwrap();
    assert_eq!(names, 1, "nothing is left beside the database");
}

#[tokio::test]
async fn a_backup_whose_blocks_were_changed_is_put_in_place_only_if_told() {
    let place = Place::new();
    let host = place.running();
    for command in [&["db", "migrate"][..], &["ledger", "keygen"], &["db", "seed"], &["db", "backup", "good"]]
    {
        place.done(command);
    }
    let mut connection = connect(&host.url).await;
    for statement in [
        "ALTER TABLE blockchain_blocks DISABLE TRIGGER USER",
        "UPDATE blockchain_blocks SET at = at + interval '1 second' WHERE block_number = 7",
        "ALTER TABLE blockchain_blocks ENABLE TRIGGER USER",
    ] {
        query(statement).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    place.done(&["db", "backup", "changed"]);
    let refused = place.host(&["db", "restore", "changed", "--replace"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("faults; restore it with --faults"), "{}", refused.err);
    place.done(&["db", "restore", "good", "--replace"]);
    assert_eq!(place.host(&["ledger", "verify"]).code, 2, "whole, and signed by a key that nobody pinned");
    place.done(&["db", "restore", "changed", "--replace", "--faults"]);
    assert_eq!(place.host(&["ledger", "verify"]).code, 1);
}

#[tokio::test]
async fn a_reset_asks_and_lets_others_finish() {
    let place = Place::new();
    let host = place.running();
    note(&host.url, "kept").await;
    let refused = place.told(&["db", "reset"], "vyom");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("nothing was deleted"), "{}", refused.err);
    assert_eq!(noted(&host.url).await, ["kept"]);

    let mut other = connect(&host.url).await;
    let refused = place.host(&["db", "reset", "--yes"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("1 other sessions use the database vyomo"), "{}", refused.err);
    assert_eq!(query_scalar::<_, i32>("SELECT 1").fetch_one(&mut other).await.unwrap(), 1);
    place.done(&["db", "reset", "--yes", "--force"]);
    assert!(other.ping().await.is_err());

    note(&host.url, "again").await;
    let told = place.told(&["db", "reset"], "vyomo");
    assert_eq!(told.code, 0, "{}", told.said());
    assert_eq!(noted(&host.url).await, Vec::<String>::new());
}

#[test]
fn a_command_that_is_interrupted_leaves_no_server() {
    let place = Place::new();
    place.done(&["db", "migrate"]);
    let mut command = place.command(&["db", "reset"]);
    command.env("VYOMO_DATA_DIR", place.data_dir());
    let host = crate::place::Running::of(command);
    assert!(place.serves(), "it asks: {}", host.url);
    assert_eq!(host.end_by(Signal::SIGINT), Some(130));
    assert!(!place.serves());
}

/// Runs a command on a database of the shared server, as if somebody else ran that.
fn on(database: &database::Database, arguments: &[&str]) -> Ran {
    let place = Place::new();
    let mut command = place.command(arguments);
    Ran::from(command.env("VYOMO_DATABASE__URL", database.url.expose()).output().unwrap())
}

#[tokio::test]
async fn migrations_are_applied_once() {
    let database = database::empty("migrate").await;
    let status = on(&database, &["db", "status"]);
    assert_eq!(status.code, 1, "{}", status.said());
    assert!(status.out.contains("pending: 1 types"), "{}", status.out);

    let first = on(&database, &["db", "migrate"]);
    assert_eq!(first.code, 0, "{}", first.said());
    assert!(first.out.contains("applied 1 types"), "{}", first.out);
    assert_eq!(on(&database, &["db", "migrate"]).out, "nothing to apply\n");
    let status = on(&database, &["db", "status"]);
    assert_eq!(status.code, 0, "{}", status.said());
    assert!(status.out.contains("blockchain_blocks") && status.out.contains("external"), "{}", status.out);
}

#[tokio::test]
async fn hosts_that_migrate_at_once_wait_for_each_other() {
    let database = database::empty("migrate_at_once").await;
    let ran: Vec<Ran> = std::thread::scope(|scope| {
        let migrating: Vec<_> = (0..3).map(|_| scope.spawn(|| on(&database, &["db", "migrate"]))).collect();
        migrating.into_iter().map(|host| host.join().unwrap()).collect()
    });
    assert!(ran.iter().all(|ran| ran.code == 0), "{ran:?}");
    assert_eq!(ran.iter().filter(|ran| ran.out.contains("applied 1 types")).count(), 1, "{ran:?}");
}

#[tokio::test]
async fn migrations_of_a_newer_host_are_respected() {
    let database = database::fresh("newer").await;
    query("UPDATE _sqlx_migrations SET version = 999 WHERE version = 1")
        .execute(&database.pool)
        .await
        .unwrap();
    let ran = on(&database, &["db", "migrate"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("has migration 999, which this host does not know"), "{}", ran.err);
}

#[test]
fn there_is_no_database_until_one_is_made() {
    let place = Place::new();
    let ran = place.host(&["db", "status"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("no database yet"), "{}", ran.out);
    assert!(!place.data_dir().exists(), "asking makes nothing");
}
