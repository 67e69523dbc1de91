use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{plan::Plan, request::Request};
use crate::{
    domain::{time::Timestamp, vocabulary::ActionStatus},
    store::{
        actions::{self, Action, Created, Done},
        change::Change,
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
    let duration = (clock().0 - began.0).max(0);
    let Created { recorded, new } = create(change, &plans, duration).await?;
    plans.retain(|plan| new.contains(&plan.new.id));
    let messages: Vec<_> = plans.iter().filter_map(Plan::message).collect();
    if !messages.is_empty() {
        outbox::put(change, &messages).await?;
    }
    let mut by_key: BTreeMap<String, Action> =
        recorded.into_iter().map(|action| (action.idempotency_key.clone(), action)).collect();
    Ok(order.iter().filter_map(|key| by_key.remove(key)).collect())
}

/// Records what is done at once as done, with what it puts in force, and what sends a message as pending.
async fn create(change: &mut Change<'_>, plans: &[Plan], duration: i64) -> Result<Created> {
    let (mut done, mut pending) = (Vec::new(), Vec::new());
    for plan in plans {
        match plan.finished(duration) {
            Some(finished) => done.push(Done { action: plan.new.clone(), finished, control: plan.control() }),
            None => pending.push(plan.new.clone()),
        }
    }
    let mut created = Created::default();
    if !done.is_empty() {
        created = actions::create_finished(change, &done).await?;
    }
    if !pending.is_empty() {
        let recorded = actions::create(change, &pending).await?;
        let asked: BTreeSet<Uuid> = pending.iter().map(|action| action.id).collect();
        let is_new = |action: &&Action| action.status == ActionStatus::Pending && asked.contains(&action.id);
        created.new.extend(recorded.iter().filter(is_new).map(|action| action.id));
        created.recorded.extend(recorded);
    }
    Ok(created)
}
