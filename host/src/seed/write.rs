//! One step, one change.

use super::{SeedError, Seeded, anomalies::Found, recipients, steps::Step};
use crate::{
    domain::{family::Family, time::Timestamp, vocabulary::ActionStatus},
    store::{
        actions::{self, Finished},
        anomalies,
        change::Change,
        decisions,
        journal::Journal,
    },
};

/// Writes a step unless it is there, and counts it if it was not.
pub(super) async fn write(
    journal: &Journal,
    at: Timestamp,
    step: Step,
    seeded: &mut Seeded,
) -> Result<(), SeedError> {
    let mut change = journal.begin(at).await?;
    match step {
        Step::Find(found) => find(&mut change, found, seeded).await?,
        Step::Decide(family, decision) => {
            let decision = &[decision];
            let new = match family {
                Family::Market => decisions::create_for_market(&mut change, decision).await?,
                Family::Conflict => decisions::create_for_conflicts(&mut change, decision).await?,
                Family::Behavior => decisions::create_for_behavior(&mut change, decision).await?,
            };
            seeded.decisions += new.len();
        }
        Step::Act(action) => {
            if actions::get(journal.store(), &[action.id]).await?.is_empty() {
                seeded.actions += actions::create(&mut change, &[action]).await?.len();
            }
        }
        Step::Finish(finished) => finish(journal, &mut change, finished).await?,
        Step::Tell(told) => seeded.notifications += recipients::tell(&mut change, told).await?,
    }
    change.commit().await?;
    Ok(())
}

async fn find(change: &mut Change<'_>, found: Found, seeded: &mut Seeded) -> Result<(), SeedError> {
    match found {
        Found::Market(anomaly) => seeded.market += anomalies::create_market(change, &[anomaly]).await?.len(),
        Found::Conflict(anomaly) => {
            seeded.conflicts += anomalies::create_conflicts(change, &[anomaly]).await?.len();
        }
        Found::Behavior(anomaly) => {
            seeded.behavior += anomalies::create_behavior(change, &[anomaly]).await?.len();
        }
    }
    Ok(())
}

/// Finishes an action, unless it was finished before.
async fn finish(journal: &Journal, change: &mut Change<'_>, finished: Finished) -> Result<(), SeedError> {
    let action = actions::get(journal.store(), &[finished.id]).await?;
    if action.iter().any(|action| action.status == ActionStatus::Pending) {
        actions::finish(change, &[finished]).await?;
    }
    Ok(())
}
