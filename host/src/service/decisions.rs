//! Decisions: what there is to do about anomalies, by whom it was decided, and deciding otherwise.

use std::collections::HashMap;

use async_graphql::InputObject;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    page::Listed,
    views::{Decision, DecisionRevision, DecisionStats, ModelStats},
    words,
};
use crate::{
    access::{Caller, Scope},
    domain::vocabulary::{DecisionStatus, DecisionType},
    store::{
        anomalies::{self, AnomalyRef, AnyAnomaly},
        decisions::{self, Override},
        page::{Cursor, Period, Window},
        requests,
    },
};

pub use crate::store::decisions::DecisionFilter;

/// What a person decides instead.
#[derive(Clone, Debug, Deserialize, InputObject, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "OverrideDecisionInput")]
pub struct OverrideDecision {
    /// What is to be done.
    pub decision: DecisionType,
    /// Why, at most 1,000 characters. It is kept for ever, so it must not name a trader.
    pub reason: String,
    /// The revision that you saw: if the decision has become another one since, it stays. Without it the current one is
    /// replaced, whatever it is.
    pub revision: Option<i32>,
}

fn cursor(decision: &decisions::Decision) -> Cursor {
    Cursor { at: decision.answer.decided_at, id: decision.id }
}

/// Decisions, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(
    platform: &Platform,
    caller: &Caller,
    filter: &DecisionFilter,
    window: Window,
) -> Result<Listed<Decision>> {
    caller.check(Scope::Viewer)?;
    Ok(Listed::of(decisions::find(platform.store(), filter, window).await?, cursor))
}

/// What waits for a person, longest waiting first.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn for_review(platform: &Platform, caller: &Caller, window: Window) -> Result<Listed<Decision>> {
    caller.check(Scope::Viewer)?;
    Ok(Listed::of(decisions::for_review(platform.store(), window).await?, cursor))
}

/// One decision.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Decision> {
    caller.check(Scope::Viewer)?;
    let found = decisions::get(platform.store(), id).await?;
    found.map(Decision::from).ok_or_else(|| ServiceError::not_found("decision", id))
}

/// Those of some decisions that there are, by id.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn of_ids(platform: &Platform, caller: &Caller, ids: &[Uuid]) -> Result<HashMap<Uuid, Decision>> {
    caller.check(Scope::Viewer)?;
    let found = decisions::of_ids(platform.store(), ids).await?;
    Ok(found.into_iter().map(|decision| (decision.id, decision.into())).collect())
}

/// The decisions about some anomalies, by anomaly.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn about(
    platform: &Platform,
    caller: &Caller,
    anomalies: &[AnomalyRef],
) -> Result<HashMap<AnomalyRef, Decision>> {
    caller.check(Scope::Viewer)?;
    let found = decisions::for_anomalies(platform.store(), anomalies).await?;
    Ok(found.into_iter().map(|decision| (decision.anomaly, decision.into())).collect())
}

/// What some decisions were before, oldest first, by decision.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn revisions(
    platform: &Platform,
    caller: &Caller,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<DecisionRevision>>> {
    caller.check(Scope::Viewer)?;
    let mut revisions: HashMap<Uuid, Vec<DecisionRevision>> = HashMap::new();
    for (decision, revision) in decisions::revisions_of(platform.store(), ids).await? {
        revisions.entry(decision).or_default().push(revision.into());
    }
    Ok(revisions)
}

/// Figures of the decisions made in a period: of all, by decision, by who decided, and by provider.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn stats(platform: &Platform, caller: &Caller, decided: Period) -> Result<Vec<DecisionStats>> {
    caller.check(Scope::Viewer)?;
    let figures = decisions::statistics(platform.store(), decided).await?;
    Ok(figures.into_iter().map(DecisionStats::from).collect())
}

/// How each language model did in a period.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn model_stats(platform: &Platform, caller: &Caller, decided: Period) -> Result<Vec<ModelStats>> {
    caller.check(Scope::Viewer)?;
    let figures = decisions::model_performance(platform.store(), decided).await?;
    Ok(figures.into_iter().map(ModelStats::from).collect())
}

/// Puts a person's decision in the place of the current one. Nothing is done or undone by that: actions are asked for
/// and rolled back by themselves. Asked for twice it is done once.
///
/// # Errors
///
/// If there is no such decision, it has become another one, the words will not do, the caller may not decide, or the
/// database fails.
pub async fn overrule(
    platform: &Platform,
    caller: &Caller,
    id: Uuid,
    new: &OverrideDecision,
) -> Result<Decision> {
    caller.check(Scope::Operator)?;
    words::check("reason", &new.reason, words::REASON)?;
    let (decision, anomaly) = with_anomaly(platform, id).await?;
    words::check_anonymous("reason", &new.reason, anomaly.trader())?;
    if is_asked_again(&decision, caller, new) {
        return Ok(decision.into());
    }
    let new = Override {
        revision: new.revision.unwrap_or(decision.revision),
        decision: new.decision,
        reason: new.reason.clone(),
        by: caller.name.clone(),
    };
    let mut change = platform.journal.begin(platform.now()).await?;
    let decided = decisions::overrule(&mut change, id, &new).await?;
    let decided = decided.ok_or_else(|| ServiceError::not_found("decision", id))?;
    change.commit().await?;
    Ok(decided.into())
}

/// Whether a decision is what the same caller decided, seeing the revision before.
fn is_asked_again(current: &decisions::Decision, caller: &Caller, new: &OverrideDecision) -> bool {
    current.status == DecisionStatus::Overridden
        && current.answer.decision == new.decision
        && current.answer.reason == new.reason
        && current.reviewed_by.as_deref() == Some(&caller.name)
        && new.revision.is_none_or(|seen| seen + 1 == current.revision)
}

/// A decision, and the anomaly that it is about.
pub(super) async fn with_anomaly(platform: &Platform, id: Uuid) -> Result<(decisions::Decision, AnyAnomaly)> {
    let found = decisions::get(platform.store(), id).await?;
    let decision = found.ok_or_else(|| ServiceError::not_found("decision", id))?;
    let anomaly = anomalies::get(platform.store(), decision.anomaly).await?;
    let anomaly = anomaly.ok_or_else(|| ServiceError::not_found("decision", id))?;
    Ok((decision, anomaly))
}

/// Has the policies decide about an anomaly that nobody decided about, or that waits for an answer. A decision that is
/// made stays as it is, so that this may be asked for again.
///
/// # Errors
///
/// If there is no such anomaly, the caller may not decide, or the database fails.
pub async fn decide(platform: &Platform, caller: &Caller, anomaly: Uuid) -> Result<Decision> {
    caller.check(Scope::Operator)?;
    let found = anomalies::of_any_family(platform.store(), &[anomaly]).await?.pop();
    let found = found.ok_or_else(|| ServiceError::not_found("anomaly", anomaly))?;
    let reference = found.reference();
    let decided = decide_once(platform, caller, found).await;
    // Where somebody else decides at the same moment, that is the decision.
    match decisions::for_anomalies(platform.store(), &[reference]).await?.pop() {
        Some(decision) if decided.is_ok() || !decision.is_pending() => Ok(decision.into()),
        _ => Err(decided.err().unwrap_or_else(|| ServiceError::not_found("anomaly", anomaly))),
    }
}

async fn decide_once(platform: &Platform, caller: &Caller, anomaly: AnyAnomaly) -> Result<()> {
    let id = anomaly.reference().id();
    let mut change = platform.journal.begin(platform.now()).await?;
    let decided = decisions::lock_for_anomalies(&mut change, &[anomaly.reference()]).await?;
    if decided.iter().all(decisions::Decision::is_pending) {
        platform.desk.decide_anew(&mut change, anomaly).await?;
        requests::note(&mut change, &caller.name, "makeDecision", id).await?;
        change.commit().await?;
    }
    Ok(())
}
