//! Actions: what was done, doing more by hand, and undoing.

use std::{collections::HashMap, sync::Arc};

use async_graphql::InputObject;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError, decisions,
    page::Listed,
    views::{Action, ActionPerformance, ActionStats},
    words,
};
use crate::{
    access::{Caller, Scope},
    actions::{Cause, Request, executor, perform},
    domain::{
        judgement::PlannedAction,
        vocabulary::{ActionStatus, ActionType, SubjectType},
    },
    store::{
        actions,
        anomalies::AnyAnomaly,
        page::{Cursor, Period, Window},
        requests,
    },
};

pub use crate::store::actions::ActionFilter;

/// Something that a person wants done.
#[derive(Clone, Debug, Deserialize, InputObject, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "ExecuteActionInput")]
pub struct ExecuteAction {
    /// The decision that it follows.
    pub decision_id: Uuid,
    /// What is done.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub action_type: ActionType,
    /// Name of what it is done to; what the anomaly is about, where nothing is said.
    pub subject: Option<String>,
    /// How it is done, an object: as policies write it, for example `{"minutes": 15}`.
    pub parameters: Option<Value>,
}

/// Actions, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(
    platform: &Platform,
    caller: &Caller,
    filter: &ActionFilter,
    window: Window,
) -> Result<Listed<Action>> {
    caller.check(Scope::Viewer)?;
    let page = actions::find(platform.store(), filter, window).await?;
    Ok(Listed::of(page, |action| Cursor { at: action.requested_at, id: action.id }))
}

/// One action.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Action> {
    let found = of_ids(platform, caller, &[id]).await?.remove(&id);
    found.ok_or_else(|| ServiceError::not_found("action", id))
}

/// Those of some actions that there are, by id.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn of_ids(platform: &Platform, caller: &Caller, ids: &[Uuid]) -> Result<HashMap<Uuid, Action>> {
    caller.check(Scope::Viewer)?;
    let found = actions::get(platform.store(), ids).await?;
    Ok(found.into_iter().map(|action| (action.id, action.into())).collect())
}

/// The actions of some decisions, oldest first, by decision.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn of_decisions(
    platform: &Platform,
    caller: &Caller,
    decisions: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Action>>> {
    caller.check(Scope::Viewer)?;
    let mut found: HashMap<Uuid, Vec<Action>> = HashMap::new();
    for action in actions::for_decisions(platform.store(), decisions).await? {
        found.entry(action.decision_id).or_default().push(action.into());
    }
    Ok(found)
}

/// Figures of the actions asked for in a period.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn stats(platform: &Platform, caller: &Caller, requested: Period) -> Result<ActionStats> {
    caller.check(Scope::Viewer)?;
    let store = platform.store();
    let counts = actions::statistics(store, requested).await?;
    let (rates, durations) =
        (actions::success_rate(store, requested).await?, actions::performance(store, requested).await?);
    let of_type = |action_type| durations.iter().find(|one| one.action_type == action_type);
    Ok(ActionStats {
        counts: counts.into_iter().map(Into::into).collect(),
        performance: rates
            .iter()
            .map(|rate| ActionPerformance::of(rate, of_type(rate.action_type)))
            .collect(),
    })
}

/// Does something about an anomaly by hand. What was done before to the same thing, following the same revision of the
/// decision, is answered and not repeated. What a person asks for does not count against the cap on automatic actions.
///
/// # Errors
///
/// If there is no such decision, it cannot be done so, the caller may not act, or the database fails.
pub async fn execute(platform: &Platform, caller: &Caller, asked: ExecuteAction) -> Result<Action> {
    caller.check(Scope::Operator)?;
    let (decision, anomaly) = decisions::with_anomaly(platform, asked.decision_id).await?;
    let planned = plan(asked, &anomaly)?;
    crate::actions::check(&planned, anomaly.trader())
        .map_err(|error| ServiceError::invalid("parameters", error.to_string()))?;
    let now = platform.now();
    let cause = Cause {
        decision_id: decision.id,
        revision: decision.revision,
        is_automatic: false,
        decision: decision.answer.decision,
        confidence: decision.answer.confidence,
        reason: decision.answer.reason,
        anomaly_id: decision.anomaly.id(),
        anomaly: crate::decide::case::anomaly(&anomaly),
    };
    let request = Request { id: platform.ids.next(now), cause: Arc::new(cause), planned };
    let mut change = platform.journal.begin(now).await?;
    let done = perform(&mut change, &[request], platform.clock).await?.pop();
    let done = done.ok_or_else(|| ServiceError::not_found("decision", decision.id))?;
    requests::note(&mut change, &caller.name, "executeAction", done.id).await?;
    change.commit().await?;
    Ok(done.into())
}

fn plan(asked: ExecuteAction, anomaly: &AnyAnomaly) -> Result<PlannedAction> {
    let subject_type = executor(asked.action_type).subject_type();
    let subject = match asked.subject {
        Some(subject) => {
            words::check("subject", &subject, words::NAME)?;
            subject
        }
        None => usual_subject(subject_type, anomaly)?,
    };
    let parameters = match asked.parameters {
        None => Map::new(),
        Some(Value::Object(parameters)) => parameters,
        Some(_) => {
            return Err(ServiceError::invalid("parameters", "give an object, as in {\"minutes\": 15}"));
        }
    };
    Ok(PlannedAction { action_type: asked.action_type, subject_type, subject, parameters })
}

/// What an action is done to unless somebody says otherwise.
fn usual_subject(subject_type: SubjectType, anomaly: &AnyAnomaly) -> Result<String> {
    let usual = match subject_type {
        SubjectType::Symbol => anomaly.symbol().map(str::to_owned),
        SubjectType::User => anomaly.trader().map(str::to_owned),
        SubjectType::Detector => Some(anomaly.detector().to_owned()),
        SubjectType::Anomaly => Some(anomaly.reference().id().to_string()),
        SubjectType::Algorithm => match anomaly.dissenting() {
            [only] => Some(only.clone()),
            _ => None,
        },
    };
    let missing = || {
        let reason = format!("the anomaly is about no one {}; name it", subject_type.name());
        ServiceError::invalid("subject", reason)
    };
    usual.ok_or_else(missing)
}

/// Undoes an action. Asked for twice by the same caller it is done once.
///
/// # Errors
///
/// If there is no such action, it cannot be undone, the words will not do, the caller may not act, or the database
/// fails.
pub async fn roll_back(platform: &Platform, caller: &Caller, id: Uuid, reason: &str) -> Result<Action> {
    caller.check(Scope::Operator)?;
    words::check("reason", reason, words::REASON)?;
    let missing = || ServiceError::not_found("action", id);
    let action = actions::get(platform.store(), &[id]).await?.pop().ok_or_else(missing)?;
    let (_, anomaly) = decisions::with_anomaly(platform, action.decision_id).await?;
    words::check_anonymous("reason", reason, anomaly.trader())?;
    if action.status == ActionStatus::RolledBack && action.rolled_back_by.as_deref() == Some(&caller.name) {
        return Ok(action.into());
    }
    let now = platform.now();
    let done = crate::actions::roll_back(&platform.journal, id, &caller.name, reason, now).await?;
    done.map(Action::from).ok_or_else(missing)
}
