//! What a run works on.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{calendar::SessionRule, reject::Reject};
use crate::domain::{
    label::Label,
    names::Names,
    rows::{Bar, Fill, Signal},
};

/// Everything a run reads, checked, completed and in order.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Symbols by id.
    pub symbols: Names,
    /// Traders by id.
    pub users: Names,
    /// Bars by (known at, symbol name, input line).
    pub bars: Vec<Bar>,
    /// Signals by (known at, symbol name, input line).
    pub signals: Vec<Signal>,
    /// Fills by (time, trader name, input line).
    pub fills: Vec<Fill>,
    /// Labels as given.
    pub labels: Vec<Label>,
    /// Usual spacing of each symbol's bars (by symbol id; of its signals where it has no bars), microseconds.
    pub intervals: Vec<i64>,
    /// How each symbol's sessions were told apart, by symbol id.
    pub calendars: Vec<SessionRule>,
    /// Time zone of the traders' days.
    pub time_zone: String,
    /// Columns with at least one known value.
    pub columns: KnownColumns,
    /// How reading went.
    pub intake: Intake,
}

/// Names of the columns, as in files, in which some row has a known value. A detector runs only if all the
/// columns it reads are here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownColumns {
    /// Of bars: `close` and any of the optional ones.
    pub market: BTreeSet<&'static str>,
    /// Of fills: any of the optional ones that carry numbers.
    pub fills: BTreeSet<&'static str>,
}

/// How reading went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intake {
    /// Files in the order they were given.
    pub files: Vec<FileRead>,
    /// Rows left out, by file and line.
    pub rejects: Vec<Reject>,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
    /// Quotes whose bid was above their ask; both were blanked.
    pub crossed_quotes: u64,
}

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Bars of symbols.
    Market,
    /// What algorithms said.
    Signals,
    /// Fills of traders.
    Trades,
    /// What was really anomalous.
    Labels,
    /// When markets are open.
    Calendar,
}

impl Role {
    /// As in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Signals => "signals",
            Self::Trades => "trades",
            Self::Labels => "labels",
            Self::Calendar => "calendar",
        }
    }
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileRead {
    /// Path as given.
    pub path: String,
    /// What it is about.
    pub role: Role,
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
    /// Rows in it, header not counted.
    pub rows: u64,
    /// Rows of these that were left out.
    pub rejected: u64,
}
