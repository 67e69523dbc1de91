//! Settings of a plugin: a documented struct with defaults.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A plugin's settings. Derive `Deserialize` with `#[serde(deny_unknown_fields, default)]`, `JsonSchema` and
/// write `Default`; document each field with its unit and the reason of its default.
pub trait Settings: DeserializeOwned + JsonSchema + Default {
    /// Refuses values that make no sense together or on their own.
    ///
    /// # Errors
    /// Names the field and what it may be.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// For plugins that have none.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

impl Settings for NoSettings {}

/// Reads settings from a JSON object; the empty text gives the defaults.
///
/// # Errors
/// Names the field and what is wrong with it.
pub fn read<S: Settings>(json: &str) -> Result<S, String> {
    if json.is_empty() {
        return Ok(S::default());
    }
    let mut source = serde_json::Deserializer::from_str(json);
    let settings: S = serde_path_to_error::deserialize(&mut source).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner();
        if path == "." { reason.to_string() } else { format!("{path}: {reason}") }
    })?;
    settings.check()?;
    Ok(settings)
}

/// JSON Schema of the settings, as compact JSON.
pub fn schema<S: Settings>() -> String {
    serde_json::to_string(&schemars::schema_for!(S)).unwrap_or_default()
}
