//! The figures of docs/PERFORMANCE.md: `cargo bench -p tests`, or with `-- sandbox`, `-- load`, `-- process`,
//! `-- ledger`, `-- queries` or `-- decide` one group of them.
//!
//! Ratios of two things measured in turn, and whole processes, are what counts here, so each group is a table
//! of medians of its own.

mod decide;
mod ledger;
mod load;
mod measure;
mod native;
mod process;
mod queries;
mod sandbox;

use std::env;

type Group = (&'static str, fn() -> anyhow::Result<()>);

const GROUPS: [Group; 6] = [
    ("sandbox", sandbox::run),
    ("load", load::run),
    ("process", process::run),
    ("ledger", ledger::run),
    ("queries", queries::run),
    ("decide", decide::run),
];

fn main() -> anyhow::Result<()> {
    let asked: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for (name, run) in GROUPS {
        if asked.is_empty() || asked.iter().any(|one| one == name) {
            run()?;
        }
    }
    Ok(())
}
