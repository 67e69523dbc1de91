//! What the files in `seeds/` say.

use serde::Deserialize;

use crate::{
    domain::vocabulary::{ActionType, NotificationChannel, NotificationPriority},
    seed::SeedError,
};

/// All files.
#[derive(Debug)]
pub(super) struct Catalogue {
    pub(super) world: World,
    pub(super) anomalies: Anomalies,
    pub(super) decisions: Decisions,
}

/// `world.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct World {
    pub(super) begins: String,
    pub(super) days: usize,
    pub(super) decided: f64,
    pub(super) success: f64,
    pub(super) notifications: usize,
    pub(super) symbols: Vec<Symbol>,
    pub(super) recipients: Vec<Recipient>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) price: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recipient {
    pub(super) user: String,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) webhook: Option<String>,
    pub(super) channels: Vec<NotificationChannel>,
    pub(super) minimum_priority: NotificationPriority,
    pub(super) quiet: Option<[String; 2]>,
    pub(super) time_zone: String,
}

/// `anomalies.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anomalies {
    pub(super) market: Vec<Pattern>,
    pub(super) behavior: Vec<Pattern>,
    pub(super) conflicts: Conflicts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    pub(super) kind: String,
    pub(super) detector: String,
    pub(super) count: usize,
    pub(super) usual: f64,
    pub(super) times: [f64; 2],
    pub(super) message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conflicts {
    pub(super) count: usize,
    pub(super) message: String,
}

/// `decisions.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decisions {
    pub(super) reasons: Reasons,
    pub(super) fixes: Fixes,
    pub(super) failures: Failures,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reasons {
    pub(super) fix: Vec<String>,
    pub(super) review: Vec<String>,
    pub(super) keep: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fixes {
    pub(super) market: Vec<ActionType>,
    pub(super) conflict: Vec<ActionType>,
    pub(super) behavior: Vec<ActionType>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failures {
    pub(super) actions: Vec<String>,
    pub(super) deliveries: Vec<String>,
}

impl Catalogue {
    /// The files that the host was built with.
    pub(super) fn read() -> Result<Self, SeedError> {
        Ok(Self {
            world: parse("world.toml", include_str!("../../../seeds/world.toml"))?,
            anomalies: parse("anomalies.toml", include_str!("../../../seeds/anomalies.toml"))?,
            decisions: parse("decisions.toml", include_str!("../../../seeds/decisions.toml"))?,
        })
    }
}

fn parse<T: for<'a> Deserialize<'a>>(file: &'static str, text: &str) -> Result<T, SeedError> {
    toml::from_str(text).map_err(|error| SeedError::File { file, reason: error.to_string() })
}
