//! Settings from file and environment, and what is never shown.

use std::fs;

use tests::Ran;

use crate::place::Place;

#[test]
fn passwords_are_never_shown() {
    let place = Place::new();
    let url = "postgres://me:hunter2@127.0.0.1:1/vyomo?password=hunter2";
    for arguments in [
        &["db", "run", "--until-stdin-closes"][..],
        &["db", "migrate"],
        &["db", "status"],
        &["db", "backup", "b"],
    ] {
        let ran = Ran::from(place.command(arguments).env("VYOMO_DATABASE__URL", url).output().unwrap());
        assert!(ran.said().contains("postgres://me:***@127.0.0.1:1/vyomo"), "{arguments:?}: {}", ran.said());
        assert!(!ran.said().contains("hunter2"), "{arguments:?}: {}", ran.said());
    }
}

#[test]
fn an_unknown_key_is_named_with_where_it_came_from() {
    let place = Place::new();
    fs::write(place.path("mine.toml"), "[database]\nulr = 'x'\n").unwrap();
    let ran = place.host(&["--config", "mine.toml", "db", "status"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("mine.toml") && ran.err.contains("did you mean `url`?"), "{}", ran.err);
    let ran = Ran::from(place.command(&["db", "status"]).env("VYOMO_DATABASE__ULR", "x").output().unwrap());
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("VYOMO_DATABASE") && ran.err.contains("did you mean `url`?"), "{}", ran.err);
}

#[test]
fn the_environment_overrides_the_file_of_the_current_folder() {
    let place = Place::new();
    fs::write(place.path("vyomo.toml"), "[database]\nurl = 'postgres://file@127.0.0.1:1/x'\n").unwrap();
    let ran = place.host(&["db", "migrate"]);
    assert!(ran.err.contains("postgres://file@127.0.0.1:1/x"), "{}", ran.err);
    let mut command = place.command(&["db", "migrate"]);
    let ran = Ran::from(command.env("VYOMO_DATABASE__URL", "postgres://env@127.0.0.1:1/x").output().unwrap());
    assert!(ran.err.contains("postgres://env@127.0.0.1:1/x"), "{}", ran.err);
}

#[test]
fn a_backtest_reads_no_settings_and_needs_no_database() {
    let place = Place::new();
    fs::create_dir(place.path("plugins")).unwrap();
    fs::write(place.path("vyomo.toml"), "nonsense").unwrap();
    place.done(&["backtest", "--no-build", "--days", "1"]);
    assert!(!place.data_dir().exists());
}
