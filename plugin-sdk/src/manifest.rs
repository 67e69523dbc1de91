//! What a plugin says about itself.

use crate::types::WarmUp;

/// A plugin's description of itself; the export macro puts it into the component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Unique name, kebab-case.
    pub name: &'static str,
    /// The plugin crate's version.
    pub version: &'static str,
    /// Columns without which it stays silent.
    pub reads: Vec<&'static str>,
    /// Columns that it uses where they are known.
    pub also_reads: Vec<&'static str>,
    /// Kinds that it may emit.
    pub emits: Vec<&'static str>,
    /// History that determines its state, for the settings in force.
    pub warm_up: WarmUp,
    /// JSON Schema of its settings.
    pub settings_schema: String,
}
