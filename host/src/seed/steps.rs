//! What happens to the anomalies: steps in order of time, each of which becomes a change with a block of its own.

use serde_json::json;
use uuid::Uuid;

use super::{
    anomalies::Found,
    catalogue::{Catalogue, Decisions, Failures},
};
use crate::{
    domain::{
        family::{CONFLICT_PANEL, Family},
        finding::Severity,
        ids::version_7,
        random::Random,
        time::{SECOND, Timestamp},
        vocabulary::{ActionType, DecidedBy, DecisionStatus, DecisionType, SubjectType},
    },
    ledger::hash::Hash,
    store::{
        actions::{Finished, NewAction, Outcome},
        anomalies::AnomalyRef,
        decisions::{Answer, NewDecision},
    },
};

const MILLISECOND: i64 = 1_000;

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Find(Found),
    Decide(Family, NewDecision),
    Act(NewAction),
    Finish(Finished),
    Tell(Told),
}

/// A notification to be.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) id: Uuid,
    pub(super) anomaly: AnomalyRef,
    pub(super) kind: String,
    pub(super) severity: Severity,
    pub(super) title: String,
    pub(super) message: String,
    pub(super) fate: Fate,
}

/// How telling ends.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    Pending,
    Sent,
    Failed(String),
    /// Within the pending notification of this id.
    Grouped(Uuid),
}

/// All steps, each with its moment, in order.
pub(super) fn all(catalogue: &Catalogue, found: Vec<Found>) -> Vec<(Timestamp, Step)> {
    let mut random = Random::new(1, "steps");
    let mut steps = Vec::new();
    let decided = (catalogue.world.decided * found.len() as f64).round() as usize;
    for (place, found) in shuffled(found, &mut random).into_iter().enumerate() {
        let case = Case::of(&found);
        steps.push((case.recorded_at, Step::Find(found)));
        if place < decided {
            steps.extend(case.decision(catalogue, &mut random));
        }
        if place < catalogue.world.notifications {
            steps.push((
                Timestamp(case.recorded_at.0 + SECOND),
                Step::Tell(case.told(&catalogue.decisions.failures, &mut random)),
            ));
        }
    }
    steps.sort_by_key(|(at, _)| *at);
    group(&mut steps);
    steps
}

/// Of the notifications at the end, one waits, and some are told within it.
fn group(steps: &mut [(Timestamp, Step)]) {
    let mut told: Vec<&mut Told> = steps
        .iter_mut()
        .filter_map(|(_, step)| if let Step::Tell(told) = step { Some(told) } else { None })
        .collect();
    let last = told.len().saturating_sub(8);
    let Some((first, members)) = told[last..].split_first_mut() else { return };
    first.fate = Fate::Pending;
    for (place, member) in members.iter_mut().enumerate() {
        member.fate = if place < 4 { Fate::Grouped(first.id) } else { Fate::Pending };
    }
}

/// Fisher and Yates.
fn shuffled<T>(mut items: Vec<T>, random: &mut Random) -> Vec<T> {
    for end in (1..items.len()).rev() {
        items.swap(end, random.below(end + 1));
    }
    items
}

/// What is decided about, of any family.
struct Case {
    family: Family,
    anomaly: AnomalyRef,
    kind: String,
    severity: Severity,
    score: f64,
    message: String,
    detector: String,
    subject: (SubjectType, String),
    recorded_at: Timestamp,
}

impl Case {
    fn of(found: &Found) -> Self {
        match found {
            Found::Market(anomaly) => Self {
                family: Family::Market,
                anomaly: AnomalyRef::Market(anomaly.id),
                kind: anomaly.kind.clone(),
                severity: anomaly.severity,
                score: anomaly.score,
                message: anomaly.message.clone(),
                detector: anomaly.detector.clone(),
                subject: (SubjectType::Symbol, anomaly.symbol.clone()),
                recorded_at: anomaly.recorded_at,
            },
            Found::Conflict(anomaly) => Self {
                family: Family::Conflict,
                anomaly: AnomalyRef::Conflict(anomaly.id),
                kind: anomaly.kind.clone(),
                severity: anomaly.severity,
                score: anomaly.score,
                message: anomaly.message.clone(),
                detector: CONFLICT_PANEL.into(),
                subject: (SubjectType::Algorithm, anomaly.dissenting.first().cloned().unwrap_or_default()),
                recorded_at: anomaly.recorded_at,
            },
            Found::Behavior(anomaly) => Self {
                family: Family::Behavior,
                anomaly: AnomalyRef::Behavior(anomaly.id),
                kind: anomaly.kind.clone(),
                severity: anomaly.severity,
                score: anomaly.score,
                message: anomaly.message.clone(),
                detector: anomaly.detector.clone(),
                subject: (SubjectType::User, anomaly.user_id.clone()),
                recorded_at: anomaly.recorded_at,
            },
        }
    }

    /// The decision, the action it asks for, and what comes of that.
    fn decision(&self, catalogue: &Catalogue, random: &mut Random) -> [(Timestamp, Step); 3] {
        let decision = self.verdict(random);
        let latency = (random.log_between(4.0, 220.0) * MILLISECOND as f64) as i64;
        let decided_at = Timestamp(self.recorded_at.0 + latency);
        let id = version_7(decided_at.0, random);
        let new = NewDecision {
            id,
            anomaly: self.anomaly.id(),
            status: DecisionStatus::Decided,
            answer: self.answer(decision, &catalogue.decisions, latency, decided_at, random),
        };
        let duration = (random.log_between(2.0, 900.0) * MILLISECOND as f64) as i64;
        let finished_at = Timestamp(decided_at.0 + duration);
        let action = self.action(decision, id, decided_at, &catalogue.decisions, random);
        let finished = Finished {
            id: action.id,
            attempts: 1,
            duration,
            outcome: outcome(&action, random.chance(catalogue.world.success), &catalogue.decisions, random),
        };
        [
            (decided_at, Step::Decide(self.family, new)),
            (Timestamp(decided_at.0 + 1), Step::Act(action)),
            (finished_at, Step::Finish(finished)),
        ]
    }

    /// The more serious, the stricter.
    fn verdict(&self, random: &mut Random) -> DecisionType {
        let (fix, review) = match self.severity {
            Severity::Critical => (0.9, 0.1),
            Severity::High => (0.6, 0.3),
            Severity::Medium => (0.3, 0.35),
            Severity::Low => (0.05, 0.15),
        };
        match random.unit() {
            draw if draw < fix => DecisionType::Fix,
            draw if draw < fix + review => DecisionType::Review,
            _ => DecisionType::Keep,
        }
    }

    fn answer(
        &self,
        decision: DecisionType,
        decisions: &Decisions,
        latency: i64,
        decided_at: Timestamp,
        random: &mut Random,
    ) -> Answer {
        let reasons = match decision {
            DecisionType::Fix => &decisions.reasons.fix,
            DecisionType::Review => &decisions.reasons.review,
            DecisionType::Keep => &decisions.reasons.keep,
        };
        // Half of them were clear to a policy.
        let asked = random.chance(0.5);
        Answer {
            decision,
            decided_by: if asked { DecidedBy::Scorecard } else { DecidedBy::Policy },
            confidence: Some((self.score * 100.0).round() / 100.0),
            reason: one_of(reasons, random).clone(),
            provider: None,
            model: None,
            prompt_hash: None,
            input_tokens: None,
            output_tokens: None,
            cost: None,
            policy_hash: None,
            plugin_hash: None,
            plugin_version: None,
            inputs_digest: Some(Hash::of(self.anomaly.id().as_bytes())),
            latency,
            decided_at,
        }
    }

    fn action(
        &self,
        decision: DecisionType,
        decision_id: Uuid,
        at: Timestamp,
        decisions: &Decisions,
        random: &mut Random,
    ) -> NewAction {
        let fixes = match self.family {
            Family::Market => &decisions.fixes.market,
            Family::Conflict => &decisions.fixes.conflict,
            Family::Behavior => &decisions.fixes.behavior,
        };
        let (action_type, (subject_type, subject)) = match decision {
            DecisionType::Fix => (*one_of(fixes, random), self.subject.clone()),
            DecisionType::Review => {
                (ActionType::QueueForReview, (SubjectType::Anomaly, self.anomaly.id().to_string()))
            }
            DecisionType::Keep => {
                (ActionType::AdjustThreshold, (SubjectType::Detector, self.detector.clone()))
            }
        };
        NewAction {
            id: version_7(at.0, random),
            decision_id,
            action_type,
            subject_type,
            subject,
            parameters: json!({ "minutes": 5 + random.below(12) * 5 }),
            idempotency_key: format!("seed:{decision_id}"),
            is_automatic: decision == DecisionType::Fix,
        }
    }

    fn told(&self, failures: &Failures, random: &mut Random) -> Told {
        let failed = random.chance(0.08).then(|| one_of(&failures.deliveries, random).clone());
        Told {
            id: version_7(self.recorded_at.0, random),
            anomaly: self.anomaly,
            kind: self.kind.clone(),
            severity: self.severity,
            title: format!("{} {}", self.severity.name(), self.kind),
            message: self.message.clone(),
            fate: failed.map_or(Fate::Sent, Fate::Failed),
        }
    }
}

fn one_of<'a, T>(choices: &'a [T], random: &mut Random) -> &'a T {
    &choices[random.below(choices.len())]
}

fn outcome(action: &NewAction, succeeds: bool, decisions: &Decisions, random: &mut Random) -> Outcome {
    if succeeds {
        let compensation = matches!(
            action.action_type,
            ActionType::HaltSymbol
                | ActionType::WidenLimits
                | ActionType::PauseAlgorithm
                | ActionType::ReduceWeight
                | ActionType::CoolDownUser
                | ActionType::ReduceLimit
                | ActionType::RequireConfirmation
        );
        return Outcome::Succeeded {
            result: Some(json!({ "applied": true })),
            compensation: compensation.then(|| json!({ "clear": action.action_type })),
        };
    }
    Outcome::Failed { error: one_of(&decisions.failures.actions, random).clone() }
}
