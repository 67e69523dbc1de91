//! The commands of these tests.

use std::fs;

use serde_json::Value;
use tests::{Ran, Scratch, repository};

/// Runs `host backtest` with the plugins of this repository.
pub(crate) fn backtest(scratch: &Scratch, arguments: &[&str]) -> Ran {
    with_plugins(scratch, &["backtest"], arguments)
}

/// Runs `host backtest sweep` with the plugins of this repository.
pub(crate) fn sweep(scratch: &Scratch, arguments: &[&str]) -> Ran {
    with_plugins(scratch, &["backtest", "sweep"], arguments)
}

fn with_plugins(scratch: &Scratch, command: &[&str], arguments: &[&str]) -> Ran {
    let plugins = repository().join("plugins");
    scratch.host(&[command, &["--no-build", "--plugins", &plugins.to_string_lossy()], arguments].concat())
}

/// What a run that went well wrote.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) findings: String,
    pub(crate) result: Value,
}

/// Runs a backtest that must go well.
#[track_caller]
pub(crate) fn outcome(scratch: &Scratch, arguments: &[&str]) -> Outcome {
    let ran =
        backtest(scratch, &[arguments, &["--out", "result.json", "--findings", "findings.csv"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    Outcome { findings: scratch.read("findings.csv"), result: json(scratch, "result.json") }
}

/// A JSON file that a command wrote.
pub(crate) fn json(scratch: &Scratch, name: &str) -> Value {
    serde_json::from_str(&scratch.read(name)).unwrap()
}

/// A scratch folder with built-in data as `market.csv`, `signals.csv`, `trades.csv` and `labels.csv`.
pub(crate) fn generated(more: &[&str]) -> Scratch {
    let scratch = Scratch::new();
    let ran = scratch.host(&[&["generate", "--out", "."], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(fs::metadata(scratch.path("market.csv")).is_ok());
    scratch
}

/// The files of [`generated`].
pub(crate) const FILES: [&str; 8] = [
    "--market",
    "market.csv",
    "--signals",
    "signals.csv",
    "--trades",
    "trades.csv",
    "--labels",
    "labels.csv",
];

/// The component of a name in a result.
pub(crate) fn component<'a>(result: &'a Value, name: &str) -> &'a Value {
    result["components"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap()
}

/// The anomalies of one kind in a result.
pub(crate) fn anomalies<'a>(result: &'a Value, kind: &str) -> Vec<&'a Value> {
    result["anomalies"].as_array().unwrap().iter().filter(|it| it["kind"] == kind).collect()
}
