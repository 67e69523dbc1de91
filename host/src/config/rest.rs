use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What REST shows besides answers.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RestConfig {
    /// Serves the OpenAPI document at `/api/openapi.json` and a page about it at `/api/docs` to whoever asks, as
    /// development mode always does. They tell what there is to ask for, and nothing of what is kept.
    pub docs: bool,
}
