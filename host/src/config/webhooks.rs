use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

/// Where an action `WEBHOOK` sends its message.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// As `https://host/path`. It is never shown, since a path may be a secret.
    pub url: Secret,
    /// What messages are signed with, each `whsec_` and 24 to 64 bytes in Base64. To change a secret, list the old one
    /// and the new one until the receiver knows the new one.
    pub secrets: Vec<Secret>,
    /// Whether it may be in one's own network, and without encryption.
    #[serde(default)]
    pub allow_private: bool,
}
