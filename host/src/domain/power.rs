//! What a plugin may ask for beyond its input.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A power. Two keys open it: the plugin's manifest asks, the configuration grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// To ask a language model about a case.
    LanguageModel,
}

impl Power {
    /// As in manifests and in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LanguageModel => "language-model",
        }
    }

    /// The power of that name.
    pub fn parse(name: &str) -> Option<Self> {
        (name == Self::LanguageModel.name()).then_some(Self::LanguageModel)
    }
}
