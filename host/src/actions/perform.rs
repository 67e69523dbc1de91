use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{plan::Plan, request::Request};
use crate::{
    domain::{time::Timestamp, vocabulary::ActionStatus},
    store::{
        actions::{self, Action},
        change::Change,
        controls,
        error::Result,
        outbox,
    },
};

/// Does actions, in few statements however many they are, and answers what is recorded of them in the order of the
/// requests. One that was asked for before is answered and not repeated; of equal requests the first counts. One that
/// cannot be done is recorded as failed, and does not stop the others. One that sends a message stays pending until the
/// message is delivered. `clock` says how long it takes; what is recorded happens at the moment of the change.
///
/// # Errors
///
/// If the database fails, or there is no such decision.
pub async fn perform(
    change: &mut Change<'_>,
    requests: &[Request],
    clock: impl Fn() -> Timestamp,
) -> Result<Vec<Action>> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    let (began, now) = (clock(), change.now());
    let mut keys = BTreeSet::new();
    let mut plans: Vec<Plan> = requests.iter().map(|request| Plan::of(request, now)).collect();
    plans.retain(|plan| keys.insert(plan.new.idempotency_key.clone()));
    let order: Vec<String> = plans.iter().map(|plan| plan.new.idempotency_key.clone()).collect();
    let recorded =
        actions::create(change, &plans.iter().map(|plan| plan.new.clone()).collect::<Vec<_>>()).await?;
    let mut recorded: BTreeMap<Uuid, Action> =
        recorded.into_iter().map(|action| (action.id, action)).collect();
    let is_new =
        |plan: &Plan| recorded.get(&plan.new.id).is_some_and(|action| action.status == ActionStatus::Pending);
    plans.retain(is_new);
    apply(change, &plans).await?;
    let duration = (clock().0 - began.0).max(0);
    let finished: Vec<_> = plans.iter().filter_map(|plan| plan.finished(duration)).collect();
    if !finished.is_empty() {
        let done = actions::finish(change, &finished).await?;
        recorded.extend(done.into_iter().map(|action| (action.id, action)));
    }
    let mut by_key: BTreeMap<String, Action> =
        recorded.into_values().map(|action| (action.idempotency_key.clone(), action)).collect();
    Ok(order.iter().filter_map(|key| by_key.remove(key)).collect())
}

async fn apply(change: &mut Change<'_>, plans: &[Plan]) -> Result<()> {
    let set: Vec<_> = plans.iter().filter_map(Plan::control).collect();
    if !set.is_empty() {
        controls::set(change, &set).await?;
    }
    let messages: Vec<_> = plans.iter().filter_map(Plan::message).collect();
    if !messages.is_empty() {
        outbox::put(change, &messages).await?;
    }
    Ok(())
}
