//! Findings: what a detector said about a row.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    family::{CONFLICT_PANEL, Family},
    names::Names,
    panel::Dispute,
};

/// How serious a finding is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    sqlx::Type,
    async_graphql::Enum,
    utoipa::ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
#[sqlx(type_name = "anomaly_severity", rename_all = "UPPERCASE")]
#[graphql(name = "AnomalySeverity")]
#[schema(as = AnomalySeverity)]
pub enum Severity {
    /// Worth recording; MINOR for conflicts.
    Low,
    /// Worth a look; WARNING for conflicts.
    Medium,
    /// Needs a look.
    High,
    /// Needs action.
    Critical,
}

impl Severity {
    /// As in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }

    /// The severity of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|severity| severity.name() == name)
    }
}

/// Something that stood out in one row of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The row's time, microseconds since 1970 UTC: open time for bars, known time for panels, fill time.
    pub at: i64,
    /// Family of the detector.
    pub family: Family,
    /// Id of the symbol (market, conflict) or trader (behavior) in the names of the run.
    pub subject: u32,
    /// Name of the detector.
    pub detector: Arc<str>,
    /// Kind, as declared by the detector.
    pub kind: Arc<str>,
    /// Severity.
    pub severity: Severity,
    /// Calibrated probability, 0 to 1.
    pub score: f64,
    /// What was seen; NaN where that has no number.
    pub observed: f64,
    /// What was usual; NaN where that has no number.
    pub expected: f64,
    /// One line for a person.
    pub message: String,
    /// Named numbers behind it.
    pub evidence: Vec<(String, f64)>,
    /// Who is against whom, where algorithms are in conflict.
    pub dispute: Option<Arc<Dispute>>,
}

impl Finding {
    /// Whether it is one algorithm's dissent, which is judged with its panel and never by itself.
    pub fn is_dissent(&self) -> bool {
        self.family == Family::Conflict && *self.detector != *CONFLICT_PANEL
    }
}

/// The name of a finding's or anomaly's subject.
pub fn subject_name<'a>(family: Family, subject: u32, symbols: &'a Names, users: &'a Names) -> &'a str {
    if family == Family::Behavior { users.name(subject) } else { symbols.name(subject) }
}

/// Puts findings in the order of results: time, family, subject by name, detector, kind. Those equal in all
/// of these keep their order.
pub fn sort(findings: &mut [Finding], symbols: &Names, users: &Names) {
    let (symbols, users) = (symbols.ranks(), users.ranks());
    let rank = |finding: &Finding| {
        let ranks = if finding.family == Family::Behavior { &users } else { &symbols };
        ranks.get(finding.subject as usize).copied()
    };
    findings.sort_by(|one, other| {
        (one.at, one.family, rank(one), &one.detector, &one.kind).cmp(&(
            other.at,
            other.family,
            rank(other),
            &other.detector,
            &other.kind,
        ))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_results_goes_by_names_and_not_by_ids() {
        let (mut symbols, mut users) = (Names::default(), Names::default());
        let (late, early) = (symbols.intern("Z"), symbols.intern("A"));
        let user = users.intern("u");
        let finding = |at, family, subject, detector: &str| Finding {
            at,
            family,
            subject,
            detector: detector.into(),
            kind: "K".into(),
            severity: Severity::Low,
            score: 0.5,
            observed: 0.0,
            expected: 0.0,
            message: String::new(),
            evidence: Vec::new(),
            dispute: None,
        };
        let sorted = [
            finding(1, Family::Behavior, user, "a"),
            finding(2, Family::Market, early, "b"),
            finding(2, Family::Market, late, "a"),
            finding(2, Family::Market, late, "c"),
            finding(2, Family::Conflict, early, "a"),
        ];
        let mut findings: Vec<_> = sorted.iter().rev().cloned().collect();
        sort(&mut findings, &symbols, &users);
        assert_eq!(findings, sorted);
    }
}
