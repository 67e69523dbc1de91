use std::fs;

use host::config::{self, Config};
use serde_json::Value;
use tests::{Ran, Scratch, repository};

fn check(settings: &str) -> Ran {
    Scratch::new().with_file("vyomo.toml", settings).host(&["config", "check"])
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let printed = Scratch::new().host(&["schema", "config"]);
    let committed = fs::read_to_string(repository().join("host/config.schema.json")).unwrap();
    assert!(printed.out == committed, "host schema config > host/config.schema.json makes it current");
}

#[test]
fn the_reference_is_that_of_the_code() {
    let printed = Scratch::new().host(&["config", "reference"]);
    let committed = fs::read_to_string(repository().join("docs/CONFIGURATION.md")).unwrap();
    assert!(printed.out == committed, "host config reference > docs/CONFIGURATION.md makes it current");
}

#[test]
fn defaults_fit_the_schema_and_the_schema_refuses_what_the_host_refuses() {
    let schema = config::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let defaults = serde_json::to_value(Config::default()).unwrap();
    let faults: Vec<String> = validator.iter_errors(&defaults).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    for (pointer, wrong) in [
        ("/server/listn", Value::from("127.0.0.1:1")),
        ("/database/max_connections", Value::from(0)),
        ("/log/format", Value::from("xml")),
        ("/agent/retries", Value::from("many")),
    ] {
        let mut settings = defaults.clone();
        let (section, key) = pointer[1..].split_once('/').unwrap();
        settings[section][key] = wrong;
        assert!(!validator.is_valid(&settings), "{pointer}");
    }
}

#[test]
fn every_setting_is_described() {
    fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            if property["description"].as_str().is_none_or(str::is_empty) {
                found.push(path);
            }
        }
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            undescribed(definition, name, found);
        }
    }
    let mut found = Vec::new();
    undescribed(&config::schema(), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn settings_in_order_are_said_to_be() {
    let ran = check("[server]\nlisten = '127.0.0.1:9000'\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "the settings are in order\n"), "{ran:?}");
}

#[test]
fn a_wrong_value_is_named_with_its_key_its_place_and_what_is_right() {
    for (settings, expected) in [
        ("[database]\nmax_connections = 0", ["vyomo.toml: database.max_connections", "`0`", "at least 1"]),
        (
            "[database]\nmax_connections = 'many'",
            ["database.max_connections", "`many`", "where a whole number of at least 1 is needed"],
        ),
        ("[server]\ndevelopment = 'yes'", ["server.development", "`yes`", "where true or false is needed"]),
        ("[server]\nlisten = 'here'", ["server.listen", "`here`", "127.0.0.1:8080"]),
        ("[agent]\nminimum_confidence = 7", ["agent.minimum_confidence", "7", "between 0 and 1"]),
        ("[agent]\non_failure = 'reviev'", ["agent.on_failure", "`reviev`", "did you mean `review`?"]),
        ("[log]\nformat = 'xml'", ["log.format", "`xml`", "text, json"]),
        ("[log]\nfilter = 'host=loud'", ["log.filter", "`host=loud`", "info,host::live=debug"]),
        (
            "[telemetry]\notlp_endpoint = 'here'",
            ["telemetry.otlp_endpoint", "no address", "http://localhost:4318"],
        ),
        ("[serve]\nlisten = 'x'", ["vyomo.toml", "`serve`", "did you mean `server`?"]),
        (
            "[server]\nlisten = '0.0.0.0:80'\ndevelopment = true",
            ["0.0.0.0:80", "127.0.0.1", "host key create"],
        ),
        (
            "[webhooks.desk]\nurl = 'https://example.org/'\nsecrets = []",
            ["webhooks.desk", "secrets", "empty"],
        ),
        ("[email]\nhost = 'mail'", ["email.from", "", ""]),
    ] {
        let ran = check(settings);
        assert_eq!(ran.code, 1, "{settings}");
        for part in expected {
            assert!(ran.err.contains(part), "{settings} -> {} has no {part}", ran.err);
        }
    }
}

#[test]
fn an_address_to_listen_to_that_is_none_is_shown_how_to_write() {
    let ran = Scratch::new().host(&["serve", "--listen", "foo"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err.contains("'foo'") && ran.err.contains("write it as ADDRESS:PORT, as in 127.0.0.1:8080"),
        "{ran:?}"
    );
}

#[test]
fn a_wrong_variable_is_named() {
    let site = Scratch::new();
    let ran = site.host_with(&[("VYOMO_SERVER__LISTEN", "here")], &["config", "check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("VYOMO_SERVER__LISTEN: `here`"), "{ran:?}");
    let ran = site.host_with(&[("VYOMO_EMAIL__PASSWORD", "0123")], &["config", "check"]);
    assert!(ran.err.contains("VYOMO_EMAIL__PASSWORD: a ") && ran.err.contains("double quotes"), "{ran:?}");
    assert!(!ran.err.contains("123"), "{ran:?}");
    let ran = site.host_with(&[("VYOMO_EMAIL__PASSWORD", "\"0123\"")], &["config", "check"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn what_is_shown_has_its_source_hides_secrets_and_can_be_read_again() {
    let settings = "[server]\nlisten = '127.0.0.1:9000'\n[agent]\napi_key = 'hunter2'\n[plugins.ai-decision]\ngrants = ['language-model']\n[webhooks.desk]\nurl = 'https://example.org/hunter2'\nsecrets = ['whsec_hunter2']\n[telemetry.headers]\nauthorization = 'hunter2'\n";
    let site = Scratch::new().with_file("vyomo.toml", settings);
    let database = "postgres://me:hunter2@db/x";
    let ran = site.host_with(&[("VYOMO_DATABASE__URL", database)], &["config", "show"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.out.contains("hunter2"), "{}", ran.out);
    let line = |start: &str| ran.out.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert!(line("listen = \"127.0.0.1:9000\"").contains("vyomo.toml"), "{}", ran.out);
    assert!(line("url = \"postgres://me:***@db/x\"").ends_with("# VYOMO_DATABASE__URL"), "{}", ran.out);
    assert!(line("max_connections = ").ends_with("# default"), "{}", ran.out);
    let again = Scratch::new().with_file("vyomo.toml", &ran.out).host(&["config", "show"]);
    assert_eq!(again.code, 0, "{again:?}");
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
    };
    assert_eq!(values(&again.out), values(&ran.out));
}

#[test]
fn the_document_names_real_commands() {
    let document = fs::read_to_string(repository().join("docs/CONFIGURATION.md")).unwrap();
    let example = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let ran = check(example);
    assert_eq!(ran.code, 0, "{ran:?}");
}
