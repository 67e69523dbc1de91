//! What a policy's function answered, as values of the platform.

use rhai::Dynamic;

use super::{
    answer::{self, Action, Message, Question, SharedAnswer},
    privacy::without_trader,
};
use crate::domain::{
    case::CaseAnomaly,
    family::Family,
    judgement::{PlannedAction, PlannedNotification, Resolution, Triage},
    vocabulary::{ActionType, SubjectType},
};

/// The answer of `triage`.
pub(super) fn triage(value: Dynamic, anomaly: &CaseAnomaly) -> Result<Triage, String> {
    let value = match value.try_cast_result::<Question>() {
        Ok(question) => return Ok(Triage::Ask(question.0)),
        Err(value) => value,
    };
    let found = value.type_name();
    let answer = value.try_cast::<SharedAnswer>().map(SharedAnswer::take).ok_or_else(|| {
        format!("triage answered {}; it answers keep(..), review(..), fix(..) or ask(..)", known_type(found))
    })?;
    if !answer.actions.is_empty() || !answer.messages.is_empty() {
        return Err("triage only decides; actions and messages belong into resolve".to_owned());
    }
    Ok(Triage::Decide {
        decision: answer.decision,
        confidence: answer.confidence,
        reason: without_trader(&answer.reason, anomaly).into_owned(),
    })
}

/// The answer of `resolve`.
pub(super) fn resolution(value: Dynamic, anomaly: &CaseAnomaly) -> Result<Resolution, String> {
    let found = value.type_name();
    let answer = value.try_cast::<SharedAnswer>().map(SharedAnswer::take).ok_or_else(|| {
        format!(
            "resolve answered {}; it answers keep(..), review(..), fix(..) or follow(..)",
            known_type(found)
        )
    })?;
    let reason = without_trader(&answer.reason, anomaly).into_owned();
    Ok(Resolution {
        decision: answer.decision,
        confidence: answer.confidence,
        actions: answer
            .actions
            .into_iter()
            .map(|action| planned(action, anomaly))
            .collect::<Result<_, _>>()?,
        notifications: answer.messages.into_iter().map(|one| notification(one, &reason, anomaly)).collect(),
        reason,
    })
}

/// A type as policies know it; paths of Rust say nothing to an operator.
fn known_type(name: &str) -> &str {
    match name {
        "()" => "nothing",
        name => name.rsplit("::").next().unwrap_or(name),
    }
}

fn planned(action: Action, anomaly: &CaseAnomaly) -> Result<PlannedAction, String> {
    let Action { kind: action_type, subject, mut parameters } = action;
    let subject_type = answer::subject_type(action_type);
    let subject = match subject {
        Some(subject) => subject,
        None => own_subject(action_type, subject_type, anomaly)?,
    };
    if action_type == ActionType::DiscardBar {
        parameters.insert("at".to_owned(), anomaly.opened_at.into());
    }
    Ok(PlannedAction { action_type, subject_type, subject, parameters })
}

fn own_subject(action: ActionType, kind: SubjectType, anomaly: &CaseAnomaly) -> Result<String, String> {
    let of_trader = anomaly.family == Family::Behavior;
    match kind {
        // What opens a conflict is a panel, which has no bar.
        SubjectType::Symbol if action == ActionType::DiscardBar && anomaly.family != Family::Market => {
            Err(format!("DISCARD_BAR is about a bar, and a {} anomaly has none", anomaly.family.name()))
        }
        SubjectType::Symbol if !of_trader => Ok(anomaly.subject.clone()),
        SubjectType::User if of_trader => Ok(anomaly.subject.clone()),
        SubjectType::Detector => Ok(anomaly.detector.clone()),
        // A case has no id; whoever records the action has.
        SubjectType::Anomaly => Ok(String::new()),
        SubjectType::Symbol | SubjectType::User | SubjectType::Algorithm => Err(format!(
            "{} is about a {}, and a {} anomaly has none",
            action.name(),
            kind.name().to_lowercase(),
            anomaly.family.name()
        )),
    }
}

fn notification(message: Message, reason: &str, anomaly: &CaseAnomaly) -> PlannedNotification {
    PlannedNotification {
        priority: message.priority,
        title: without_trader(&message.title, anomaly).into_owned(),
        body: message
            .body
            .map_or_else(|| reason.to_owned(), |body| without_trader(&body, anomaly).into_owned()),
    }
}
