//! What docs/POLICIES.md shows is what happens.

use std::fs;

use host::policy::PolicySet;

use crate::support::{good, shipped, spike, verdict};

fn document() -> String {
    fs::read_to_string(tests::repository().join("docs/POLICIES.md")).unwrap()
}

/// What is said about the shipped set with an edit.
fn said(file: &str, from: &str, to: &str) -> String {
    let mut files = shipped();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replace(from, to);
    PolicySet::of(files).unwrap_err().to_string()
}

#[test]
fn its_messages_are_those_of_the_command() {
    let document = document();
    let loud = "anomaly.severity == CRITICAL)";
    let edits = [
        ("market.rhai", "const WIDE_MINUTES = 30;", "const WIDE_MINUTES = ;"),
        ("market.rhai", loud, "anomaly.severty == CRITICAL)"),
        ("default.rhai", "fn resolve(", "fn resolv("),
        (
            "market.cases.toml",
            "actions = [\"HALT_SYMBOL\"]\nnotifications",
            "actions = [\"DISCARD_BAR\"]\nnotifications",
        ),
    ];
    for (file, from, to) in edits {
        let said = said(file, from, to);
        let first = said.split("\n\n").next().unwrap();
        assert!(document.contains(first), "the document does not show\n{first}");
    }
}

#[test]
fn its_function_works() {
    let document = document();
    let blocks = document.split("```rhai\n").skip(1).map(|block| block.split("```").next().unwrap());
    let function = blocks.filter(|block| block.contains("fn resolve")).collect::<String>();
    let set = good(&format!("{function}\nfn triage(anomaly, context) {{ keep(\"x\", 1.0) }}"));
    let resolution = set.resolve(&spike(), &verdict(host::domain::vocabulary::DecisionType::Fix)).unwrap();
    assert_eq!(
        (resolution.actions.len(), resolution.notifications[0].title.as_str()),
        (1, "NIFTY is halted")
    );
}

#[test]
fn its_case_is_one_of_the_shipped_ones() {
    let document = document();
    let case = document.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut files = shipped();
    files.insert("market.cases.toml".to_owned(), case.to_owned());
    assert_eq!(PolicySet::of(files).unwrap().cases()["market.cases.toml"], 1);
}
