//! Settings that can be read and still cannot be used.

use std::sync::Arc;

use super::Finding;
use crate::{
    actions::webhook::Endpoints, agent::claude::Claude, config::Config, domain::time::Timestamp,
    notify::Channels, serve::ServeError,
};

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let faults = faults(config);
    if faults.is_empty() {
        return vec![Finding::ok("configuration", "in order")];
    }
    let advice = "change that setting; docs/CONFIGURATION.md has all of them";
    faults.into_iter().map(|fault| Finding::problem("configuration", fault, advice)).collect()
}

/// What stands in the way of a host with these settings, one sentence each.
pub fn faults(config: &Config) -> Vec<String> {
    let listen = config.server.listen;
    let open = config.server.development && !listen.ip().is_loopback();
    let agent =
        config.agent.api_key.as_ref().map(|_| Claude::new(&config.agent, Arc::new(Timestamp::now), 0));
    [
        open.then(|| ServeError::OpenDoor { listen }.to_string()),
        Endpoints::of(&config.webhooks).err().as_ref().map(ToString::to_string),
        Channels::new(config).err().as_ref().map(ToString::to_string),
        agent.and_then(Result::err).as_ref().map(ToString::to_string),
    ]
    .into_iter()
    .flatten()
    .collect()
}
