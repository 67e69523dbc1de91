use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the host may do without a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ActionsConfig {
    /// Whether anything may be done without a person.
    pub automatic: bool,
    /// Most actions without a person in one interval, over all hosts; what is more becomes REVIEW. The usual 200 an hour
    /// is more than a bad day needs, and less than what a mistake in a policy would ask for.
    pub most_per_interval: u32,
    /// Length of the interval, minutes.
    pub interval_minutes: NonZeroU32,
}

impl Default for ActionsConfig {
    fn default() -> Self {
        Self { automatic: true, most_per_interval: 200, interval_minutes: NonZeroU32::MIN.saturating_add(59) }
    }
}
