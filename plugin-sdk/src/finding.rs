//! What a detector says about a row.

use crate::score::Score;

/// Something that stood out. The SDK adds the row; severity follows from the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// One of the kinds that the plugin declares.
    pub kind: &'static str,
    /// Calibrated probability that this is a true anomaly.
    pub score: Score,
    /// What was seen, in the unit of the evidence.
    pub observed: f64,
    /// What was usual, in the same unit.
    pub expected: f64,
    /// One line for a person.
    pub message: String,
    /// Named numbers behind the finding.
    pub evidence: Vec<(&'static str, f64)>,
}

impl Finding {
    /// A finding of `kind`; say more with the other methods.
    pub fn new(kind: &'static str, score: Score) -> Self {
        Self {
            kind,
            score,
            observed: f64::NAN,
            expected: f64::NAN,
            message: String::new(),
            evidence: Vec::new(),
        }
    }

    /// What was seen.
    #[must_use]
    pub fn observed(mut self, value: f64) -> Self {
        self.observed = value;
        self
    }

    /// What was usual.
    #[must_use]
    pub fn expected(mut self, value: f64) -> Self {
        self.expected = value;
        self
    }

    /// One line for a person.
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.message = text.into();
        self
    }

    /// A named number that supports the finding.
    #[must_use]
    pub fn evidence(mut self, name: &'static str, value: f64) -> Self {
        self.evidence.push((name, value));
        self
    }
}

/// A finding and the row of the batch that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFinding {
    /// Index into the batch.
    pub row: u32,
    /// What stood out.
    pub finding: Finding,
}

impl RowFinding {
    pub(crate) fn new(row: usize, finding: Finding) -> Self {
        Self { row: u32::try_from(row).unwrap_or(u32::MAX), finding }
    }
}
