//! `host plugin check` proves what plugins promise, and finds those that break their word.

use tests::{Ran, Scratch, repository};

fn check(mode: &str) -> Ran {
    let component = repository().join("tests/hostile/hostile.wasm");
    let mode = format!("hostile.mode={mode}");
    Scratch::new().host(&["plugin", "check", &component.to_string_lossy(), "--settings", &mode])
}

#[track_caller]
fn is_broken(mode: &str, said: &str) {
    let ran = check(mode);
    assert_eq!(ran.code, 3, "{}", ran.said());
    assert!(ran.out.contains("BROKEN") && ran.out.contains(said), "{}", ran.said());
}

#[test]
fn an_honest_plugin_passes() {
    let ran = check("honest");
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.out.starts_with("ok       hostile 0.1.0"), "{}", ran.said());
}

#[test]
fn a_plugin_that_peeks_at_the_rest_of_its_batch_is_found() {
    is_broken("peek", "rows give other answers");
}

#[test]
fn a_plugin_that_reads_meaning_into_stream_ids_is_found() {
    is_broken("stream-id", "other stream ids give other answers");
}

#[test]
fn a_plugin_that_remembers_longer_than_it_says_is_found() {
    is_broken("long-memory", "a run begun 20 rows and 0 sessions earlier gives other answers");
}

#[test]
fn a_plugin_that_never_forgets_is_found() {
    is_broken("never-forget", "streams that were forgotten are not as new");
}

#[test]
fn a_plugin_that_traps_or_refuses_its_settings_is_found() {
    is_broken("panic", "it traps on row 0");
    is_broken("refuse", "mode: refuse is refused");
}

#[test]
fn every_plugin_of_this_repository_passes() {
    let plugins = repository().join("plugins");
    let ran = Scratch::new().host(&["plugin", "check", &plugins.to_string_lossy()]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("ok ")).count(), 27, "{}", ran.said());
}
