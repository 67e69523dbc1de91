//! Commands and options that the documents name exist.

use std::collections::BTreeSet;

use tests::Scratch;

use crate::markdown::{DOCUMENTS, blocks, read};

/// Subcommands and what they say of themselves.
fn help() -> String {
    let scratch = Scratch::new();
    let commands: &[&[&str]] = &[
        &["backtest"],
        &["config"],
        &["schema"],
        &["doctor"],
        &["replay"],
        &["serve"],
        &["backtest", "sweep"],
        &["plugin"],
        &["plugin", "build"],
        &["plugin", "list"],
        &["plugin", "check"],
        &["plugin", "rollback"],
        &["policy", "rollback"],
        &["db"],
        &["db", "run"],
        &["db", "reset"],
        &["db", "restore"],
        &["key", "create"],
        &["ledger", "keygen"],
        &["ledger", "key", "request"],
        &["ledger", "key", "revoke"],
        &["ledger", "verify"],
        &["ledger", "export"],
        &["ledger", "checkpoint"],
        &["ledger", "prove"],
        &["ledger", "check-proof"],
        &["ledger", "consistency"],
        &["actions", "list"],
        &["actions", "rollback"],
        &["actions", "stop"],
        &["actions", "webhooks", "retry"],
        &["notifications", "list"],
        &["policy", "apply"],
        &["policy", "check"],
        &["policy", "dry-run"],
        &["notifications", "recipients", "add"],
        &["notifications", "recipients", "update"],
    ];
    commands.iter().map(|command| scratch.host(&[*command, &["--help"]].concat()).out).collect()
}

/// `--options` of the shell blocks in which `host` is run.
fn options(document: &str) -> BTreeSet<String> {
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    blocks(document, "sh")
        .concat()
        .replace("\\\n", " ")
        .lines()
        .filter(|line| line.contains("host "))
        .flat_map(words)
        .filter(|word| word.starts_with("--"))
        .collect()
}

#[test]
fn options_in_the_documents_are_options_of_the_command() {
    let help = help();
    for document in DOCUMENTS {
        for option in options(&read(document)) {
            assert!(help.contains(&format!("{option} ")), "{document} names {option}, which no command has");
        }
    }
}

#[test]
fn make_targets_in_the_documents_exist() {
    let makefile = read("Makefile");
    for document in DOCUMENTS {
        let shell = blocks(&read(document), "sh").concat();
        for target in shell.lines().filter_map(|line| line.strip_prefix("make ")) {
            let target = target.split_whitespace().next().unwrap();
            assert!(makefile.contains(&format!("\n{target}:")), "{document} names `make {target}`");
        }
    }
}
