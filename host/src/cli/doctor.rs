//! `host doctor`.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use tokio::runtime::Runtime;

use super::table;
use crate::{
    config::Config,
    doctor::{self, Finding, Standing},
};

/// Look at everything that a host needs.
#[derive(Args)]
pub(super) struct Arguments {
    /// For programs: one JSON object.
    #[arg(long)]
    json: bool,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let findings = match Config::load(config) {
        Ok(config) => Runtime::new()
            .context("the asynchronous runtime cannot be started")?
            .block_on(doctor::examine(&config)),
        Err(error) => {
            let advice = "change that setting; docs/CONFIGURATION.md has all of them";
            vec![Finding::problem("configuration", error.to_string(), advice)]
        }
    };
    let worst = findings.iter().map(|finding| finding.standing).max().unwrap_or(Standing::Ok);
    if arguments.json {
        println!("{:#}", json!({ "standing": worst, "findings": findings }));
    } else {
        show(&findings);
    }
    Ok(if worst == Standing::Problem { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(findings: &[Finding]) {
    let rows: Vec<[String; 3]> = findings.iter().flat_map(rows).collect();
    table::print(["check", "", "found"], &rows);
}

/// What was found, and under it what to do.
fn rows(finding: &Finding) -> Vec<[String; 3]> {
    let mut lines = finding.found.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let mut rows = vec![[finding.check.to_owned(), finding.standing.name().to_owned(), first]];
    let more = lines.map(str::to_owned);
    let advice = finding.advice.iter().map(|advice| format!("-> {advice}"));
    rows.extend(more.chain(advice).map(|text| [String::new(), String::new(), text]));
    rows
}
