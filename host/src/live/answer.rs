use std::ops::Range;

use uuid::Uuid;

use crate::decide::desk::Recorded;

/// What became of rows that were handed in; all of it is committed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ingested {
    /// Rows that are new.
    pub accepted: u64,
    /// Rows that were handed in before.
    pub duplicates: u64,
    /// Rows that are older than the newest one of their symbol or trader.
    pub late: u64,
    /// Rows that are not kept, and why: late ones too, where these are refused.
    pub problems: Vec<Problem>,
    /// What is new about their symbols and traders.
    pub recorded: Vec<Recorded>,
    /// Blocks of the changes that they were part of.
    pub blocks: Vec<Range<u64>>,
}

/// Kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Bars of symbols.
    Bars,
    /// What algorithms said.
    Signals,
    /// Fills of traders.
    Trades,
}

impl Kind {
    /// As in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::Signals => "signals",
            Self::Trades => "trades",
        }
    }
}

/// A row that is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Kind of row.
    pub kind: Kind,
    /// Its place among the rows of its kind in the request, from 0.
    pub row: u32,
    /// Why, and what would be right.
    pub reason: String,
}

impl Ingested {
    /// Adds what became of other rows of the same request.
    pub(super) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
        self.late += other.late;
        self.problems.extend(other.problems);
        self.recorded.extend(other.recorded);
        self.blocks.extend(other.blocks);
    }

    /// Ids of anomalies that opened.
    pub fn anomalies(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.recorded.iter().flat_map(|recorded| recorded.anomalies.iter().copied())
    }
}
