//! What became of each component.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::family::Family;

/// One component and its part in the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Name.
    pub name: String,
    /// Family; `agent` for the one that decisions ask.
    pub family: ComponentFamily,
    /// The component's own version.
    pub version: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Kinds that it may emit; none for an algorithm.
    pub kinds: Vec<String>,
    /// What became of it.
    #[serde(flatten)]
    pub status: Status,
    /// Rows it saw; for the agent, cases.
    pub rows: u64,
    /// Findings, also those of one anomaly; for an algorithm its dissents.
    pub findings: u64,
    /// Signals an algorithm made of bars itself.
    pub computed_signals: u64,
    /// Rows on which it trapped and that were left out, the first hundred.
    pub skipped: Vec<SkippedRow>,
    /// Rows on which it trapped, all of them.
    pub skipped_rows: u64,
}

/// What a component looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ComponentFamily {
    /// Rows of a family.
    Detector(Family),
    /// Cases.
    Agent(AgentFamily),
}

/// The family of the one component that is no detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgentFamily {
    /// Cases.
    Agent,
}

impl ComponentFamily {
    /// The agent's.
    pub const AGENT: Self = Self::Agent(AgentFamily::Agent);

    /// As in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detector(family) => family.name(),
            Self::Agent(_) => "agent",
        }
    }
}

impl From<Family> for ComponentFamily {
    fn from(family: Family) -> Self {
        Self::Detector(family)
    }
}

impl PartialEq<Family> for ComponentFamily {
    fn eq(&self, family: &Family) -> bool {
        *self == Self::Detector(*family)
    }
}

/// What became of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", content = "reason", rename_all = "snake_case")]
pub enum Status {
    /// Saw all rows.
    Ran,
    /// Could not find anything in this input: why.
    NotRun(String),
    /// Trapped too often and was taken out: when and how.
    Quarantined(String),
    /// Broke the contract or a limit, so its findings do not count: how.
    Failed(String),
}

impl Status {
    /// The reason, if all is not well.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Ran => None,
            Self::NotRun(reason) | Self::Quarantined(reason) | Self::Failed(reason) => Some(reason),
        }
    }
}

/// A row that a component could not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkippedRow {
    /// Number of the row in the run, from 0.
    pub row: u64,
    /// How the component trapped on it.
    pub reason: String,
}
