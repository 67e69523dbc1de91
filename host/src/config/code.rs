use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which detectors run and which policies decide, and how that may change while the host runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CodeConfig {
    /// Folder of components.
    #[schemars(with = "String")]
    pub plugins: PathBuf,
    /// Folder of policies.
    #[schemars(with = "String")]
    pub policies: PathBuf,
    /// Whether a change in one of the folders takes effect by itself, once it is complete and checked.
    pub watch: bool,
    /// SHA-256 of components that may run, hex; any may where this is empty.
    pub allow: Vec<String>,
    /// Longest one call into a component may take, milliseconds.
    pub deadline_milliseconds: std::num::NonZeroU32,
    /// Minutes after new components took over in which many traps bring the old ones back.
    pub trial_minutes: u32,
    /// Traps in that time that are too many.
    pub trial_traps: std::num::NonZeroU32,
}

impl Default for CodeConfig {
    fn default() -> Self {
        Self {
            plugins: "plugins".into(),
            policies: "policies".into(),
            watch: true,
            allow: Vec::new(),
            deadline_milliseconds: std::num::NonZeroU32::MIN.saturating_add(1_999),
            trial_minutes: 10,
            trial_traps: std::num::NonZeroU32::MIN.saturating_add(9),
        }
    }
}
