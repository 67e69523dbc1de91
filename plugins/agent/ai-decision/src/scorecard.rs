//! The scorecard: points for what speaks for or against an anomaly, in log-odds, so that independent evidence adds up
//! (Good 1950, *Probability and the Weighing of Evidence*). Severity has no points of its own: it follows from the score.

use plugin_sdk::{
    agent::{Allowed, Case, DecidedBy, Decision, Verdict},
    math,
};

use crate::AiDecisionSettings;

/// Scores count up to these odds: no detector is surer than 200 to 1.
const SUREST: f64 = 0.995;

/// The precision that detectors promise at their threshold (3 to 2); a record above it speaks for them.
pub(crate) const PROMISED: f64 = 0.6;

/// A record weighs half once so many anomalies were judged.
pub(crate) const HALF_RECORD: f64 = 10.0;

/// Each other kind at the same time: odds of 6 to 5. Little, since detectors of one family read the same rows, and one
/// odd row moves several of them.
pub(crate) const OTHER_KIND: f64 = 0.2;

/// More than two other kinds are one event that all of them see.
pub(crate) const MOST_OTHER_KINDS: u32 = 2;

/// Each earlier anomaly of this kind within the hour: odds of 3 to 2. What is true comes back, as volatility does in
/// markets (Mandelbrot 1963) and habits do in traders; chance strikes anywhere.
pub(crate) const REPEATED: f64 = 0.4;

/// More repetitions tell nothing new.
pub(crate) const MOST_REPEATED: u32 = 2;

/// Each doubling of the findings within the anomaly: odds of 10 to 9. Little, since findings in a row see the same rows
/// come and go.
pub(crate) const FINDINGS: f64 = 0.1;

/// Doublings that count.
pub(crate) const MOST_DOUBLINGS: f64 = 3.0;

/// Points for one reason.
struct Points {
    why: &'static str,
    points: f64,
}

/// The scorecard's verdict. What it wants and may not say is REVIEW.
pub(crate) fn decide(settings: &AiDecisionSettings, case: &Case, allowed: &Allowed) -> Verdict {
    let points = points(case);
    let odds: f64 = points.iter().map(|one| one.points).sum();
    let probability = round(1.0 / (1.0 + math::exp(-odds)));
    let wanted = match probability {
        p if p >= settings.fix_from => Decision::Fix,
        p if p < settings.keep_below => Decision::Keep,
        _ => Decision::Review,
    };
    let decision = if allowed.decisions.contains(&wanted) { wanted } else { Decision::Review };
    Verdict {
        decision,
        decided_by: DecidedBy::Scorecard,
        confidence: probability.max(1.0 - probability),
        reason: reason(probability, &points),
        evidence: Vec::new(),
        actions: actions(decision, allowed),
        fallback: None,
    }
}

fn points(case: &Case) -> [Points; 5] {
    let score = case.anomaly.score.clamp(1.0 - SUREST, SUREST);
    let recent = &case.context.recent;
    let doublings = math::ln(f64::from(case.anomaly.findings.max(1))) / std::f64::consts::LN_2;
    [
        Points { why: "its score", points: logit(score) },
        Points { why: "the detector's record", points: record(case) },
        Points {
            why: "other kinds at once",
            points: OTHER_KIND * f64::from(recent.other_kinds_now.min(MOST_OTHER_KINDS)),
        },
        Points {
            why: "repetition within the hour",
            points: REPEATED * f64::from(recent.same_kind_hour.min(MOST_REPEATED)),
        },
        Points { why: "its length", points: FINDINGS * doublings.min(MOST_DOUBLINGS) },
    ]
}

/// The detector's precision against the promised one, shrunk by how little was judged.
fn record(case: &Case) -> f64 {
    let record = &case.context.record;
    let (judged, real) = (f64::from(record.judged), f64::from(record.real.min(record.judged)));
    let precision = (real + 2.0 * PROMISED) / (judged + 2.0);
    (logit(precision) - logit(PROMISED)) * judged / (judged + HALF_RECORD)
}

fn logit(probability: f64) -> f64 {
    math::ln(probability / (1.0 - probability))
}

/// To a hundredth of a percent: enough for a person, and the same on every machine.
fn round(probability: f64) -> f64 {
    (probability * 1e4).round() / 1e4
}

/// The likelihood, and what moved it noticeably, strongest first.
fn reason(probability: f64, points: &[Points]) -> String {
    let mut moved: Vec<&Points> = points.iter().filter(|one| one.points.abs() > NOTICEABLE).collect();
    moved.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()));
    let direction =
        |one: &&Points| format!("{} {}", one.why, if one.points > 0.0 { "for" } else { "against" });
    let told: Vec<String> = moved.iter().map(direction).collect();
    let told = if told.is_empty() { "nothing tells for or against it".into() } else { told.join(", ") };
    format!("{:.0} % likely to be true: {told}", 100.0 * probability)
}

/// For FIX the first action that is allowed, since policies name the one they prefer first; a place in the queue for
/// REVIEW.
fn actions(decision: Decision, allowed: &Allowed) -> Vec<String> {
    let queue = |action: &&String| *action == QUEUE;
    match decision {
        Decision::Keep => None,
        Decision::Review => allowed.actions.iter().find(queue),
        Decision::Fix => allowed.actions.iter().find(|action| !queue(action)),
    }
    .into_iter()
    .cloned()
    .collect()
}

/// Odds of about 10 to 9.
const NOTICEABLE: f64 = 0.09;

const QUEUE: &str = "QUEUE_FOR_REVIEW";
