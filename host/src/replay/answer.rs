//! What a host says of rows.

use serde::{Deserialize, Serialize};

/// The answer to one request.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Answer {
    accepted: u64,
    duplicate: u64,
    late: u64,
    rejected: u64,
    anomalies: u64,
}

/// What became of all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Committed by this replay.
    pub accepted: u64,
    /// Committed before.
    pub duplicate: u64,
    /// Too old to be judged.
    pub late: u64,
    /// Refused.
    pub rejected: u64,
    /// Anomalies that opened.
    pub anomalies: u64,
}

impl Summary {
    /// Rows that were answered.
    pub const fn rows(&self) -> u64 {
        self.accepted + self.duplicate + self.late + self.rejected
    }

    pub(super) const fn add(&mut self, answer: &Answer) {
        self.accepted += answer.accepted;
        self.duplicate += answer.duplicate;
        self.late += answer.late;
        self.rejected += answer.rejected;
        self.anomalies += answer.anomalies;
    }
}
