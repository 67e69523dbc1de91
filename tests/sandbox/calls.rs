//! Calls that never end, take too much, or answer nonsense: the plugin is named, the others go on.

use crate::data::{backtest, scratch};

/// The run finishes, says what `hostile` did, keeps the honest plugin, and its exit code tells.
#[track_caller]
fn is_contained(mode: &str, more: &[&str], said: &str) {
    let scratch = scratch();
    let ran = backtest(&scratch, mode, more);
    assert_eq!(ran.code, 3, "{}", ran.said());
    let complaint = ran.said().lines().find(|line| line.contains(": hostile: ")).map(str::to_owned);
    assert!(complaint.is_some_and(|line| line.contains(said)), "{}", ran.said());
    assert!(ran.out.contains("volume-surge") || ran.out.contains("Volume Surges"), "{}", ran.said());
    assert!(!scratch.read("findings.csv").contains("hostile"), "findings of a failed plugin count");
}

#[test]
fn an_endless_loop_runs_into_the_deadline() {
    is_contained("endless-loop", &["--deadline", "200"], "deadline of 200 ms");
}

#[test]
fn a_memory_bomb_is_defused() {
    is_contained("memory-bomb", &[], "quarantined");
}

#[test]
fn an_endless_recursion_exhausts_only_its_own_stack() {
    is_contained("stack-overflow", &[], "quarantined");
}

#[test]
fn a_plugin_that_always_panics_is_quarantined() {
    is_contained("panic", &[], "quarantined");
}

#[test]
fn a_hundred_megabytes_of_findings_do_not_fit() {
    is_contained("flood-of-100-mb", &[], "quarantined");
}

#[test]
fn twenty_megabytes_of_findings_for_one_row_are_refused() {
    is_contained("flood", &[], "answered more than");
    is_contained("flood", &["--batch", "100"], "answered more than");
}

#[test]
fn two_findings_of_one_kind_about_one_row_are_refused() {
    is_contained("twice", &[], "repeat a kind");
}

#[test]
fn a_finding_beyond_the_batch_is_refused() {
    is_contained("row-out-of-range", &[], "a finding for row");
}

#[test]
fn a_score_that_is_no_number_is_refused() {
    is_contained("nan-score", &[], "score NaN is not between 0 and 1");
}

#[test]
fn an_undeclared_kind_is_refused() {
    is_contained("unknown-kind", &[], "kind \"SOMETHING_ELSE\" is none of HIGH_OF_WINDOW");
}

#[test]
fn a_message_that_steers_the_terminal_is_refused() {
    is_contained("escape", &[], "is not one line of plain text");
}
