//! What went into a run, so that it can be repeated and checked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{backtest::generate::Spec, ingest::FileRead};

/// What went in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// Files that were read, with their hashes.
    pub files: Vec<FileRead>,
    /// The built-in data that took the place of files.
    pub generated: Option<Generated>,
    /// Every component by name.
    pub components: BTreeMap<String, ComponentBytes>,
    /// SHA-256 of all policy files together, as blocks of the ledger name it; null where nothing was decided.
    pub policy_set: Option<String>,
    /// SHA-256 of every policy file by name.
    pub policies: BTreeMap<String, String>,
    /// Settings that differ from the defaults, by component.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// How each symbol's sessions were told apart.
    pub calendar: BTreeMap<String, serde_json::Value>,
    /// Time zone of the traders' days.
    pub time_zone: String,
    /// Versions of what ran.
    pub versions: Versions,
}

/// A component by what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentBytes {
    /// The component's own version.
    pub version: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// Built-in data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generated {
    /// Chooses the data set.
    pub seed: u64,
    /// Sessions.
    pub days: usize,
    /// Symbols.
    pub symbols: usize,
}

impl From<Spec> for Generated {
    fn from(spec: Spec) -> Self {
        Self { seed: spec.seed, days: spec.days, symbols: spec.symbols }
    }
}

/// Versions of what ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Versions {
    /// Of the host.
    pub host: String,
    /// Of the plugin contract.
    pub contract: String,
}
