//! What an agent says.

/// What is to be done about an anomaly, from lax to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Nothing.
    Keep,
    /// A person looks at it.
    Review,
    /// Something is done about it.
    Fix,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Keep, Self::Review, Self::Fix];

    /// As in the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "KEEP",
            Self::Review => "REVIEW",
            Self::Fix => "FIX",
        }
    }

    /// The decision of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.name() == name)
    }
}

/// Who came to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// The language model.
    Model,
    /// The agent's own scorecard.
    Scorecard,
    /// The model answered, but not what was allowed.
    Neither,
}

/// What becomes of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What is to be done.
    pub decision: Decision,
    /// Who says so.
    pub decided_by: DecidedBy,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// One line for a person.
    pub reason: String,
    /// Names of the evidence that counted.
    pub evidence: Vec<String>,
    /// Actions that are suggested.
    pub actions: Vec<String>,
    /// Why the model did not decide though it was asked.
    pub fallback: Option<String>,
}
