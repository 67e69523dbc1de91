//! Two keys open a power, and a refusal prints the line that would grant it.

use host::{
    agent::{Agent, AgentError, Choice, Start},
    config::Config,
    domain::{time::Timestamp, vocabulary::DecidedBy},
};
use tests::Scratch;

use crate::support::{all, case, component, config};

fn start(choice: &Choice, config: &Config) -> Result<Agent, AgentError> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    Agent::start(Start {
        choice,
        record: None,
        plugin: component(),
        config,
        runtime: runtime.handle().clone(),
        clock: std::sync::Arc::new(|| Timestamp(0)),
        seed: 1,
    })
}

fn refused(config: &Config) -> String {
    start(&Choice::Claude, config).err().map(|error| error.to_string()).unwrap_or_default()
}

fn from_file(text: &str) -> Result<Config, String> {
    let scratch = Scratch::new().with_file("vyomo.toml", text);
    Config::load(Some(&scratch.path("vyomo.toml"))).map_err(|error| error.to_string())
}

const GRANT: &str = "[plugins.ai-decision]\n    grants = [\"language-model\"]";

#[test]
fn claude_without_the_grant_is_refused_with_the_line_that_grants_it() {
    assert!(refused(&config("http://127.0.0.1:1")).contains(GRANT));
    let granted = from_file(&format!("{GRANT}\n[agent]\napi_key = 'k'\n")).unwrap();
    assert_eq!(refused(&granted), "");
}

#[test]
fn claude_without_a_key_says_where_one_is_set() {
    assert!(refused(&from_file(GRANT).unwrap()).contains("set VYOMO_AGENT__API_KEY"));
}

#[test]
fn a_key_is_not_sent_in_the_clear() {
    let text = format!("{GRANT}\n[agent]\napi_key = 'k'\nbase_url = 'http://api.example.com'\n");
    assert!(refused(&from_file(&text).unwrap()).contains("https://"));
}

#[test]
fn without_a_model_the_component_uses_its_scorecard() {
    let agent = start(&Choice::Scorecard, &Config::default()).unwrap();
    let answer = agent.ask_blocking(&case(), &all());
    assert_eq!((answer.verdict.decided_by, answer.verdict.fallback), (DecidedBy::Scorecard, None));
    assert_eq!((answer.provider, answer.model, answer.prompt_hash, answer.cost), (None, None, None, None));
}

#[test]
fn settings_of_the_agent_are_checked() {
    for (text, said) in [
        ("[plugins.ai-decision]\ngrants = ['network']", "language-model"),
        ("[agent]\nminimum_confidence = 1.5", "1.5 is not between 0 and 1"),
        ("[agent]\nspend_per_day = -1", "an amount from 0 to 1000000 US dollars"),
        ("[agent]\non_failure = 'keep'", "scorecard"),
        ("[agent]\nmax_tokens = 0", "max_tokens"),
        ("[agent]\nretries = 11", "11 repetitions are more than 10"),
        ("[agent]\napi_keys = 'k'", "did you mean `api_key`?"),
    ] {
        let error = from_file(text).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
    let config = from_file("[agent]\nspend_per_day = 0.1\n[agent.prices]\ninput = '2.50'").unwrap();
    assert_eq!(config.agent.spend_per_day.amount().to_string(), "0.1");
    assert_eq!(config.agent.prices.input.amount().to_string(), "2.5");
}

#[test]
fn a_folder_shows_its_agent_and_takes_one_only() {
    const BUILT: &str = "plugins/agent/ai-decision/ai-decision.wasm";
    let list = ["plugin", "list", "--no-build", "--plugins", "plugins"];
    let one = Scratch::new().with_component(BUILT, "ai-decision.wasm");
    let ran = one.host(&list);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.out.contains("agent") && ran.out.contains("asks for language-model"), "{}", ran.said());
    let ran = one.with_component(BUILT, "again.wasm").host(&list);
    assert_eq!(ran.code, 3, "{}", ran.said());
    assert!(ran.out.contains("ai-decision is also the name of"), "{}", ran.said());
}
