//! What edited policies would have said about anomalies on record, next to what was said. Nothing is written.

mod past;
mod said;

use std::collections::{HashMap, hash_map::Entry};

use jiff::tz::TimeZone;

use crate::{
    domain::time::{DAY, Timestamp},
    ledger::hash::Hash,
    policy::PolicySet,
    store::{
        Store,
        anomalies::{AnomalyRef, AnyAnomaly},
        decisions::{self, Decision},
        error::Result,
        page::Window,
        policies,
    },
};
use past::Past;
pub use said::{Said, Word};

/// Anomalies that are looked at, the newest of each family.
pub const MOST: usize = 100_000;

/// What came of it.
#[derive(Debug, Default)]
pub struct Replay {
    /// Anomalies with a decision that were looked at.
    pub decided: usize,
    /// Of these, how many are compared with the decision on record, since the policies that made it are not kept or
    /// are refused today.
    pub by_record: usize,
    /// Whether older ones were left out.
    pub is_cut: bool,
    /// Those about which the edited policies say something else, oldest first.
    pub flips: Vec<Flip>,
}

/// An anomaly about which the edited policies say something else.
#[derive(Debug)]
pub struct Flip {
    /// The anomaly.
    pub anomaly: AnyAnomaly,
    /// What was said.
    pub before: Word,
    /// What would be said.
    pub after: Said,
}

/// Replays anomalies that opened at `since` and later. Controls that were in force then are not known any more, so
/// cases have none; what persons said about detectors is taken as of now.
///
/// # Errors
///
/// If the database fails.
pub async fn replay(
    store: &Store,
    edited: &PolicySet,
    since: Option<Timestamp>,
    zone: &TimeZone,
) -> Result<Replay> {
    // What happened in the day before counts as recent.
    let past = Past::read(store, since.map(|since| Timestamp(since.0.saturating_sub(DAY)))).await?;
    let mut replay = Replay { is_cut: past.is_cut, ..Replay::default() };
    let mut kept = Kept::default();
    let decisions = decisions_about(store, &past.anomalies).await?;
    for (place, anomaly) in past.anomalies.iter().enumerate() {
        let Some(decision) = decisions.get(&anomaly.reference()) else { continue };
        if since.is_some_and(|since| anomaly.opened_at() < since) {
            continue;
        }
        let case = past.case(place, zone);
        replay.decided += 1;
        let before = if let Some(policies) = kept.get(store, decision.answer.policy_hash).await? {
            Said::by(policies, &case, decision).word
        } else {
            replay.by_record += 1;
            Word::of(decision)
        };
        let after = Said::by(edited, &case, decision);
        if after.word != before {
            replay.flips.push(Flip { anomaly: anomaly.clone(), before, after });
        }
    }
    Ok(replay)
}

async fn decisions_about(store: &Store, anomalies: &[AnyAnomaly]) -> Result<HashMap<AnomalyRef, Decision>> {
    let references: Vec<AnomalyRef> = anomalies.iter().map(AnyAnomaly::reference).collect();
    let mut found = HashMap::new();
    for some in references.chunks(Window::MOST as usize) {
        found.extend(decisions::for_anomalies(store, some).await?.into_iter().map(|one| (one.anomaly, one)));
    }
    Ok(found)
}

/// Sets of policies that decided, as far as they are kept.
#[derive(Default)]
struct Kept(HashMap<Hash, Option<PolicySet>>);

impl Kept {
    async fn get(&mut self, store: &Store, hash: Option<Hash>) -> Result<Option<&PolicySet>> {
        let Some(hash) = hash else { return Ok(None) };
        let kept = match self.0.entry(hash) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let files = policies::get(store, hash).await?;
                unknown.insert(files.and_then(|files| PolicySet::of(files).ok()))
            }
        };
        Ok(kept.as_ref())
    }
}
