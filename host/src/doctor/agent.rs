//! Whether a model could be asked.

use super::Finding;
use crate::{config::Config, domain::power::Power};

pub(super) fn examine(config: &Config) -> Finding {
    let granted: Vec<&str> = config
        .plugins
        .iter()
        .filter(|(_, plugin)| plugin.grants.contains(&Power::LanguageModel))
        .map(|(name, _)| name.as_str())
        .collect();
    let model = &config.agent.model;
    match (&config.agent.api_key, granted.is_empty()) {
        (None, true) => Finding::ok("agent", "no model: the scorecard decides what policies leave open"),
        (None, false) => Finding::warning(
            "agent",
            format!("{} may use a model, and there is no key", granted.join(", ")),
            "put the key into VYOMO_AGENT__API_KEY",
        ),
        (Some(_), true) => Finding::warning(
            "agent",
            "there is a key, and no component may use it",
            "grant it: [plugins.ai-decision] grants = [\"language-model\"]",
        ),
        (Some(_), false) => {
            let most = config.agent.spend_per_day.amount();
            Finding::ok("agent", format!("{model}, at most {most} US dollars a day"))
        }
    }
}
