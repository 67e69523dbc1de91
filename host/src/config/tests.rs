use std::{fs, path::Path};

use tempfile::TempDir;

use super::{Config, DatabaseUrl, Secret};

fn load(text: &str) -> Result<Config, String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    fs::write(&file, text).unwrap();
    Config::load(Some(&file)).map_err(|error| error.to_string())
}

#[test]
fn a_file_says_what_differs_from_the_defaults() {
    let config = load("data_dir = '/srv/vyomo'\n[database]\nmax_connections = 3\n").unwrap();
    assert_eq!(config.data_dir, Path::new("/srv/vyomo"));
    assert_eq!(config.database.max_connections.get(), 3);
    assert_eq!(config.database.connect_timeout_seconds.get(), 10);
    assert_eq!(config.database.url, None);
    assert_eq!(config.ledger_key_file(), Path::new("/srv/vyomo/ledger/key.pem"));
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    let error = load("[database]\nmax_conections = 3\n").unwrap_err();
    assert!(error.contains("settings.toml"), "{error}");
    assert!(error.contains("`max_conections`; did you mean `max_connections`?"), "{error}");
}

#[test]
fn no_error_shows_a_password() {
    for text in [
        "database = 'postgres://me:hunter2@db/x'",
        "[database]\nurl = 'mysql://me:hunter2@db/x'",
        "[database]\nurl = 'postgres://me:hunter2@db:port/x'",
        "[database]\nurl = 'postgres://me:hunter2@db/x",
        "[database]\nurl = 'postgres://db/x?sslmode=hunter2'",
        "[ledger]\nkey = ['hunter2']",
    ] {
        let error = load(text).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn secrets_mask_themselves() {
    let config =
        load("[database]\nurl = 'postgres://me:hunter2@db/x?password=hunter2'\n[ledger]\nkey = 'hunter2'\n")
            .unwrap();
    let shown = [
        format!("{config:?}"),
        serde_json::to_string(&config).unwrap(),
        format!("{}", config.ledger.key.as_ref().unwrap()),
    ];
    assert!(shown.iter().all(|text| !text.contains("hunter2") && text.contains("***")), "{shown:?}");
    assert_eq!(config.ledger.key.as_ref().map(Secret::expose), Some("hunter2"));
    assert_eq!(config.database.url.unwrap().to_string(), "postgres://me:***@db/x");
}

#[test]
fn a_url_is_taken_apart_and_put_together() {
    let url: DatabaseUrl = "postgres://me:p%40ss@db:5433/x?sslmode=require".parse().unwrap();
    assert_eq!(url.database(), "x");
    assert_eq!(url.with_database("y").expose(), "postgres://me:p%40ss@db:5433/y?sslmode=require");
    let (shown, password) = url.split_password();
    assert_eq!(shown, "postgres://me@db:5433/x?sslmode=require");
    assert_eq!(password, Some(Secret::from("p@ss".to_owned())));
    let behind: DatabaseUrl = "postgresql:///x?host=/run/pg&user=me&password=secret".parse().unwrap();
    assert_eq!(behind.split_password().0, "postgresql:///x?host=/run/pg&user=me");
    assert_eq!(behind.with_database("y").database(), "y");
    assert_eq!("postgres://me@db".parse::<DatabaseUrl>().unwrap().database(), "me");
}

#[test]
fn a_socket_is_reached_by_its_folder() {
    let url = DatabaseUrl::behind_socket(Path::new("/a b/ü"), 5432, "vyomo", "vyomo").unwrap();
    let options = url.options().unwrap();
    assert_eq!(options.get_socket().map(std::path::PathBuf::as_path), Some(Path::new("/a b/ü")));
    assert_eq!((options.get_port(), options.get_database()), (5432, Some("vyomo")));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load(Some(Path::new("/nowhere/vyomo.toml"))).unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/vyomo.toml cannot be read"), "{error}");
}
