//! Policies are tried on anomalies of every kind, severity and likelihood before they go live, so that what no case
//! reaches has run at least once.

use super::{
    PolicySet, cases,
    error::{PolicyError, Problem},
    families,
};
use crate::domain::{
    case::{Case, CaseAnomaly, CaseControl, Context, OpenConflict, Recent, Record},
    family::Family,
    finding::Severity,
    judgement::{Triage, Verdict},
    vocabulary::{ActionType, DecidedBy, DecisionType, SubjectType},
};

const SCORES: [f64; 5] = [0.05, 0.5, 0.7, 0.9, 0.99];
const SEVERITIES: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

/// The first failure of each family.
pub(super) fn run(set: &PolicySet) -> Vec<Problem> {
    Family::ALL
        .into_iter()
        .filter_map(|family| samples(family).iter().find_map(|case| fails(set, case)))
        .collect()
}

fn samples(family: Family) -> Vec<Case> {
    let Ok(usual) = serde_json::from_value::<CaseAnomaly>(cases::usual(family)) else { return Vec::new() };
    let mut samples = Vec::new();
    for kind in families::kinds(family) {
        for severity in SEVERITIES {
            for score in SCORES {
                let anomaly = CaseAnomaly { kind: kind.name().to_owned(), severity, score, ..usual.clone() };
                samples.push(Case { anomaly: anomaly.clone(), context: Context::default() });
                samples.push(Case { anomaly, context: busy() });
            }
        }
    }
    samples
}

/// Much going on at once.
fn busy() -> Context {
    Context {
        minute_of_day: 600,
        weekday: 1,
        record: Record { judged: 20, real: 15, precision: Some(0.75) },
        recent: Recent {
            hour: 3,
            day: 9,
            same_kind_hour: 1,
            same_kind_day: 4,
            other_kinds_now: 2,
            highest: Some(Severity::High),
        },
        controls: vec![CaseControl {
            action: ActionType::HaltSymbol,
            subject_type: SubjectType::Symbol,
            subject: "NIFTY".to_owned(),
            minutes_left: Some(5.0),
        }],
        conflict: Some(OpenConflict { severity: Severity::Critical, disagreement: 55.0, minutes: 2.0 }),
    }
}

fn fails(set: &PolicySet, case: &Case) -> Option<Problem> {
    let anomaly = &case.anomaly;
    let tried = |error: PolicyError| {
        let of = format!("{} of {} severity, score {}", anomaly.kind, anomaly.severity.name(), anomaly.score);
        Problem {
            position: error.position,
            ..Problem::of_file(&error.file, format!("fails for {of}: {}", error.reason))
        }
    };
    let verdicts = match set.triage(case) {
        Ok(Triage::Decide { decision, confidence, reason }) => {
            vec![Verdict::of_policy(decision, confidence, reason)]
        }
        Ok(Triage::Ask(allowed)) => {
            allowed.decisions.iter().map(|decision| of_scorecard(*decision)).collect()
        }
        Err(error) => return Some(tried(error)),
    };
    verdicts.iter().find_map(|verdict| set.resolve(case, verdict).err()).map(tried)
}

fn of_scorecard(decision: DecisionType) -> Verdict {
    let reason = "tried before use".to_owned();
    Verdict { decided_by: DecidedBy::Scorecard, ..Verdict::of_policy(decision, 0.8, reason) }
}
