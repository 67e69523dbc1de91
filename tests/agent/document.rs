//! docs/AGENT.md shows the settings as they are.

use std::fs;

use host::config::Config;
use tests::{Scratch, repository};

/// Settings of the document's TOML.
fn shown(block: usize) -> Config {
    let document = fs::read_to_string(repository().join("docs/AGENT.md")).unwrap();
    let text = document.split("```toml\n").nth(block).unwrap().split("```").next().unwrap();
    let scratch = Scratch::new().with_file("vyomo.toml", text);
    Config::load(Some(&scratch.path("vyomo.toml"))).unwrap()
}

#[test]
fn the_settings_shown_are_the_defaults() {
    let defaults = Config::default();
    assert_eq!(format!("{:?}", shown(2).agent), format!("{:?}", defaults.agent));
}

#[test]
fn the_grant_shown_grants() {
    assert!(shown(1).grants("ai-decision", host::domain::power::Power::LanguageModel));
}
