use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::power::Power;

/// What one plugin is given.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PluginConfig {
    /// Powers that it may use, if it asks for them too.
    pub grants: Vec<Power>,
    /// Settings of its own, as its schema says.
    pub settings: serde_json::Map<String, serde_json::Value>,
}
