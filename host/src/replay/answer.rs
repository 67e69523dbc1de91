//! What a host says of rows.

use serde::Deserialize;
use uuid::Uuid;

/// Reasons that are kept, to be shown.
const REASONS: usize = 5;

/// The answer to one request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    /// Rows of the request.
    #[serde(skip)]
    rows: u64,
    accepted: u64,
    duplicates: u64,
    late: u64,
    rejected: Vec<Rejected>,
    rejected_count: u64,
    anomalies: Vec<Uuid>,
}

#[derive(Clone, Debug, Deserialize)]
struct Rejected {
    kind: String,
    reason: String,
}

impl Answer {
    /// The answer to a request of so many rows.
    pub(super) fn about(self, rows: u64) -> Self {
        Self { rows, ..self }
    }
}

/// What became of all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows that were answered.
    pub rows: u64,
    /// Committed by this replay.
    pub accepted: u64,
    /// Committed before.
    pub duplicates: u64,
    /// Older than the newest row of their symbol or trader.
    pub late: u64,
    /// Not kept; late ones too, where the host refuses these.
    pub rejected: u64,
    /// Anomalies that opened.
    pub anomalies: u64,
    /// Why rows were not kept; the first few reasons.
    pub reasons: Vec<String>,
}

impl Summary {
    pub(super) fn add(&mut self, answer: &Answer) {
        self.rows += answer.rows;
        self.accepted += answer.accepted;
        self.duplicates += answer.duplicates;
        self.late += answer.late;
        self.rejected += answer.rejected_count;
        self.anomalies += answer.anomalies.len() as u64;
        for Rejected { kind, reason } in &answer.rejected {
            let reason = format!("{kind}: {reason}");
            if self.reasons.len() < REASONS && !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
    }
}
