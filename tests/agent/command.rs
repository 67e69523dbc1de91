//! `host backtest --agent`: Claude, its transcript, and the transcript instead of Claude.

use serde_json::{Value, json};
use tests::{Ran, Scratch, repository};
use tokio::runtime::Runtime;

use crate::{
    api::{Api, Reaction},
    support::{KEY, say},
};

const GRANT: &str = "[plugins.ai-decision]\ngrants = ['language-model']\n";

/// Runs the built-in data through the policies of this repository.
fn backtest(scratch: &Scratch, more: &[&str]) -> Ran {
    let (plugins, policies) = (repository().join("plugins"), repository().join("policies"));
    let usual = ["backtest", "--no-build", "--plugins", plugins.to_str().unwrap(), "--policies"];
    let arguments = [&usual[..], &[policies.to_str().unwrap()], more].concat();
    scratch.host_with(&[("VYOMO_AGENT__API_KEY", KEY)], &arguments)
}

/// A server that finds every case one for a person, and a folder that is configured for it.
fn scene(runtime: &Runtime, config: &str) -> (Api, Scratch) {
    let answer = json!({"reason": "Not plain.", "decision": "REVIEW", "confidence": 0.8, "evidence": [], "actions": []});
    let api = Api::start(runtime.handle(), [say(&answer)]);
    let text = format!(
        "{config}[agent]\nbase_url = '{}'\ncalls_per_minute = 100000\nspend_per_day = 100\n",
        api.url()
    );
    (api, Scratch::new().with_file("vyomo.toml", &text))
}

fn decisions(scratch: &Scratch, file: &str) -> Value {
    let result: Value = serde_json::from_str(&scratch.read(file)).unwrap();
    result["decisions"].clone()
}

#[test]
fn a_backtest_asks_claude_and_replays_what_it_said() {
    let runtime = Runtime::new().unwrap();
    let (api, scratch) = scene(&runtime, GRANT);
    let ran =
        backtest(&scratch, &["--agent", "claude", "--record-agent", "asked.jsonl", "--out", "live.json"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let asked = api.received().len();
    let transcript = scratch.read("asked.jsonl");
    assert!(asked > 10 && transcript.lines().count() == asked, "{}", ran.said());
    assert!(!transcript.contains(KEY) && !ran.said().contains(KEY));
    let live = decisions(&scratch, "live.json");
    let by_model =
        |all: &Value| all.as_array().unwrap().iter().filter(|one| one["decided_by"] == "MODEL").count();
    assert!(by_model(&live) > 10, "{}", ran.said());

    let ran = backtest(&scratch, &["--agent", "replay", "asked.jsonl", "--out", "again.json"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert_eq!(decisions(&scratch, "again.json"), live);
    assert_eq!(api.received().len(), asked, "a replay asks nobody");
}

#[test]
fn claude_without_the_grant_is_refused_before_anything_runs() {
    let runtime = Runtime::new().unwrap();
    let (api, scratch) = scene(&runtime, "");
    let ran = backtest(&scratch, &["--agent", "claude"]);
    assert_eq!(ran.code, 1, "{}", ran.said());
    assert!(
        ran.err.contains("[plugins.ai-decision]") && ran.err.contains("grants = [\"language-model\"]"),
        "{}",
        ran.err
    );
    assert_eq!(api.received().len(), 0);
}

#[test]
fn an_api_that_fails_leaves_a_whole_run_and_says_so() {
    let runtime = Runtime::new().unwrap();
    let api =
        Api::start(runtime.handle(), [Reaction::Fail(401, "authentication_error", "invalid x-api-key", &[])]);
    let text = format!("{GRANT}[agent]\nbase_url = '{}'\non_failure = 'scorecard'\n", api.url());
    let scratch = Scratch::new().with_file("vyomo.toml", &text);
    let ran = backtest(&scratch, &["--agent", "claude", "--out", "failed.json"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert_eq!(api.received().len(), 5, "the breaker opens");
    let decisions = decisions(&scratch, "failed.json");
    let fallbacks: Vec<&Value> =
        decisions.as_array().unwrap().iter().filter(|one| !one["fallback"].is_null()).collect();
    assert!(fallbacks.len() > 10 && fallbacks.iter().all(|one| one["decided_by"] != "MODEL"));
    assert!(fallbacks[0]["fallback"].as_str().unwrap().contains("invalid x-api-key"));
}
