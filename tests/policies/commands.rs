//! `host policy`, as operators run it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::{shipped, write};

fn host(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(tests::binary()).arg("policy").args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with `policies` in it, as shipped but for one edit.
fn edited(file: &str, from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut files = shipped();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replace(from, to);
    write(&folder.path().join("policies"), &files);
    folder
}

#[test]
fn check_and_test_say_that_all_is_well() {
    let folder = edited("market.rhai", "WIDE_MINUTES = 30", "WIDE_MINUTES = 45");
    let check = host(folder.path(), &["check"]);
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(0), "the policies are in order\n"));
    let test = host(folder.path(), &["test", "--policies", "policies"]);
    assert_eq!(test.status.code(), Some(0));
    let said = text(&test.stdout);
    assert!(
        said.lines().any(|line| line.starts_with("market.cases.toml") && line.ends_with("cases pass")),
        "{said}"
    );
    assert!(said.contains("the policies are in order: "), "{said}");
}

#[test]
fn check_refuses_with_line_column_and_caret() {
    let folder = edited("market.rhai", "anomaly.severity == CRITICAL)", "anomaly.severty == CRITICAL)");
    let check = host(folder.path(), &["check"]);
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(1), ""));
    let said = text(&check.stderr);
    assert!(said.contains("error: there is no field `severty`\n  --> market.rhai:"), "{said}");
    assert!(said.contains("^^^^^^^\n"), "{said}");
    assert!(said.contains("= help: is `severity` meant?"), "{said}");
    assert!(said.ends_with("the policies are refused: 1 problem\n"), "{said}");
}

#[test]
fn check_runs_nothing_and_test_runs_the_cases() {
    let folder = edited("market.cases.toml", "actions = [\"HALT_SYMBOL\"]", "actions = [\"DISCARD_BAR\"]");
    assert_eq!(host(folder.path(), &["check"]).status.code(), Some(0));
    let test = host(folder.path(), &["test"]);
    assert_eq!(test.status.code(), Some(1));
    let said = text(&test.stderr);
    let expected = "case \"a critical price spike halts the symbol\": expects actions DISCARD_BAR, and it is HALT_SYMBOL";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_loop_without_end_ends() {
    let folder =
        edited("default.rhai", "let answer = follow(verdict);", "let answer = follow(verdict); loop { }");
    let test = host(folder.path(), &["test"]);
    assert_eq!(test.status.code(), Some(1));
    assert!(text(&test.stderr).contains("stopped after 5000 steps; is there a loop without end?"));
}

#[test]
fn words_are_those_of_the_page() {
    let page = fs::read_to_string(tests::repository().join("policies/README.md")).unwrap();
    assert_eq!(text(&host(&tests::repository(), &["words"]).stdout), page);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let test = host(folder.path(), &["test", "--policies", "rules"]);
    assert_eq!(test.status.code(), Some(1));
    assert!(text(&test.stderr).contains("rules: cannot be read as a folder of policies"));
}

#[test]
fn a_reader_who_has_enough_is_no_failure() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = std::process::Command::new(tests::binary())
        .args(["policy", "words"])
        .stdout(writer)
        .output()
        .unwrap();
    assert_eq!((ran.status.code(), String::from_utf8_lossy(&ran.stderr).as_ref()), (Some(0), ""));
}
