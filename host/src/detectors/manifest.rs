//! What a plugin says about itself, checked.

use std::collections::BTreeSet;

use crate::domain::family::{Family, seat};

use super::error::LoadError;

/// Columns of bars beyond those that every bar has.
pub const BAR_COLUMNS: [&str; 9] =
    ["open", "high", "low", "close", "volume", "bid", "ask", "open_interest", "implied_volatility"];

/// Columns of fills beyond those that every fill has.
pub const FILL_COLUMNS: [&str; 2] = ["realized_pnl", "equity"];

/// History that determines a plugin's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WarmUp {
    /// Rows of one stream.
    pub rows: u32,
    /// Whole sessions before the current one.
    pub sessions: u32,
}

impl WarmUp {
    /// Whether it is enough for another.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.longest(other) == self
    }

    /// Enough for both.
    #[must_use]
    pub fn longest(self, other: Self) -> Self {
        Self { rows: self.rows.max(other.rows), sessions: self.sessions.max(other.sessions) }
    }
}

/// A plugin's description of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Unique name, kebab-case.
    pub name: String,
    /// The plugin's own version.
    pub version: String,
    /// Family.
    pub family: Family,
    /// Columns without which it stays silent.
    pub reads: Vec<String>,
    /// Columns that it uses where they are known.
    pub also_reads: Vec<String>,
    /// Kinds that it may emit.
    pub emits: Vec<String>,
    /// History that determines its state.
    pub warm_up: WarmUp,
    /// JSON Schema of its settings.
    pub settings_schema: String,
}

/// Most kinds of one plugin.
const MOST_KINDS: usize = 16;

/// Longest warm-up that a host can keep: a year of days, or a month of one-second rows.
const LONGEST: WarmUp = WarmUp { rows: 2_600_000, sessions: 366 };

impl Manifest {
    /// Before the plugin was asked.
    pub(super) fn unknown(family: Family) -> Self {
        Self {
            name: String::new(),
            version: String::new(),
            family,
            reads: Vec::new(),
            also_reads: Vec::new(),
            emits: Vec::new(),
            warm_up: WarmUp::default(),
            settings_schema: String::new(),
        }
    }

    /// Checks what the component said against the world that it exports.
    ///
    /// # Errors
    /// Names the field and what it may be.
    pub fn check(self, family: Family) -> Result<Self, LoadError> {
        let wrong = |reason: String| Err(LoadError::Manifest { reason });
        if !is_kebab(&self.name) {
            return wrong(format!("name {:?} is not kebab-case (a-z, 0-9, -; at most 64)", self.name));
        }
        if self.family != family {
            return wrong(format!("family {} in a {} world", self.family.name(), family.name()));
        }
        if family == Family::Conflict && seat(&self.name).is_none() {
            return wrong(format!("{} is none of the 13 algorithms of a panel", self.name));
        }
        let known: &[&str] = if family == Family::Behavior { &FILL_COLUMNS } else { &BAR_COLUMNS };
        if let Some(column) =
            self.reads.iter().chain(&self.also_reads).find(|column| !known.contains(&column.as_str()))
        {
            return wrong(format!("column {column:?} is none of {}", known.join(", ")));
        }
        let distinct: BTreeSet<&String> = self.emits.iter().collect();
        if distinct.len() != self.emits.len() || self.emits.len() > MOST_KINDS {
            return wrong(format!("emits repeats a kind or has more than {MOST_KINDS}"));
        }
        if !is_version(&self.version) {
            return wrong("version is not a short text such as 1.2.0".into());
        }
        if let Some(kind) = self.emits.iter().find(|kind| !is_kind(kind)) {
            return wrong(format!("kind {kind:?} is not UPPER_SNAKE_CASE (at most 64)"));
        }
        if self.warm_up.longest(LONGEST) != LONGEST {
            return wrong(format!(
                "a warm-up of more than {} rows or {} sessions",
                LONGEST.rows, LONGEST.sessions
            ));
        }
        if serde_json::from_str::<serde_json::Value>(&self.settings_schema).is_err() {
            return wrong("settings-schema is not JSON".into());
        }
        Ok(self)
    }

    /// Whether the plugin asks for a column.
    pub fn wants(&self, column: &str) -> bool {
        self.reads.iter().chain(&self.also_reads).any(|wanted| wanted == column)
    }
}

pub(super) fn is_kebab(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn is_version(version: &str) -> bool {
    version.len() <= 64 && version.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_kind(kind: &str) -> bool {
    (1..=64).contains(&kind.len())
        && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
