//! Policies: what decides, what decided before, and what edited ones would decide.

use std::{collections::BTreeMap, sync::Arc};

use jiff::tz::TimeZone;
use tokio::{runtime::Handle, task::spawn_blocking};

use super::{
    Platform, Result, ServiceError,
    views::{PolicyDryRun, PolicyFile, PolicyFlip, PolicySet, PolicyVersion},
};
use crate::{
    access::{Caller, Scope},
    decide::replay::{Flip, Replay, replay},
    domain::time::Timestamp,
    ledger::hash::Hash,
    policy, reload,
    store::policies::{self, Files, Live},
};

/// Flips that a dry run shows.
const SAMPLES: usize = 100;

/// The set that decides.
///
/// # Errors
///
/// If there is none yet, the caller may not see it, or the database fails.
pub async fn live(platform: &Platform, caller: &Caller) -> Result<PolicySet> {
    caller.check(Scope::Viewer)?;
    now_live(platform).await
}

async fn now_live(platform: &Platform) -> Result<PolicySet> {
    let live = policies::live(platform.store()).await?;
    let live = live.ok_or_else(|| ServiceError::not_found("set of policies that is", "live"))?;
    set(platform, live.hash, Some(live)).await
}

/// The set of this hash, which decides or decided before.
///
/// # Errors
///
/// If none is kept, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, hash: Hash) -> Result<PolicySet> {
    caller.check(Scope::Viewer)?;
    let live = policies::live(platform.store()).await?;
    set(platform, hash, live).await
}

async fn set(platform: &Platform, hash: Hash, live: Option<Live>) -> Result<PolicySet> {
    let files = policies::get(platform.store(), hash).await?;
    let files = files.ok_or_else(|| ServiceError::not_found("set of policies", hash))?;
    let live = live.filter(|live| live.hash == hash);
    Ok(PolicySet {
        hash: hash.to_string(),
        is_live: live.is_some(),
        live_since: live.map(|live| live.since),
        block: live.and_then(|live| live.block),
        refused: live.and_then(|_| platform.code.refused().policies),
        files: files.into_iter().map(|(name, text)| PolicyFile { name, text }).collect(),
    })
}

/// Sets that are kept, newest first, at most 100.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn versions(platform: &Platform, caller: &Caller) -> Result<Vec<PolicyVersion>> {
    caller.check(Scope::Viewer)?;
    let live = policies::live(platform.store()).await?.map(|live| live.hash);
    let kept = policies::versions(platform.store()).await?;
    let version = |kept: policies::Version| PolicyVersion {
        hash: kept.hash.to_string(),
        first_seen: kept.first_seen,
        is_live: live == Some(kept.hash),
    };
    Ok(kept.into_iter().map(version).collect())
}

/// Judges what is on record since a moment by edited policies, and shows which decisions would be others. Nothing is
/// changed. Files that are not given are those of the live set.
///
/// # Errors
///
/// If the caller may not, the files are refused, or the database fails.
pub async fn dry_run(
    platform: &Platform,
    caller: &Caller,
    edited: Files,
    since: Option<Timestamp>,
) -> Result<PolicyDryRun> {
    caller.check(Scope::Operator)?;
    let mut files = BTreeMap::new();
    if let Some(live) = policies::live(platform.store()).await? {
        files = policies::get(platform.store(), live.hash).await?.unwrap_or_default();
    }
    files.extend(edited);
    let store = platform.store().clone();
    // Policies are run, which takes the processor for a while.
    let done = spawn_blocking(move || {
        let set = policy::PolicySet::of(files);
        let set = set.map_err(|refused| ServiceError::invalid("files", refused.to_string()))?;
        let replayed = Handle::current().block_on(replay(&store, &set, since, &TimeZone::UTC))?;
        Ok::<_, ServiceError>((set.hash(), replayed))
    });
    let (hash, replayed) = done.await.map_err(|error| ServiceError::Internal(error.into()))??;
    let Replay { decided, by_record, is_cut, flips } = replayed;
    Ok(PolicyDryRun {
        hash: hash.to_string(),
        decided: decided as u64,
        by_record: by_record as u64,
        is_cut,
        flips: flips.len() as u64,
        samples: flips.into_iter().take(SAMPLES).map(flip).collect(),
    })
}

fn flip(flip: Flip) -> PolicyFlip {
    PolicyFlip {
        anomaly_id: flip.anomaly.reference().id(),
        opened_at: flip.anomaly.opened_at(),
        kind: flip.anomaly.kind().to_owned(),
        before: flip.before.name().to_owned(),
        after: flip.after.word.name().to_owned(),
        reason: flip.after.reason,
    }
}

/// Reads the folder of policies anew and lets it decide from here on, or refuses it whole.
///
/// # Errors
///
/// If the caller may not, the folder is refused, or the database fails.
pub async fn reload(platform: &Arc<Platform>, caller: &Caller) -> Result<PolicySet> {
    caller.check(Scope::Admin)?;
    reload::reload_policies(platform, &caller.name).await?;
    now_live(platform).await
}

/// Lets a kept set decide from here on.
///
/// # Errors
///
/// If the caller may not, no set of this hash is kept, or the database fails.
pub async fn roll_back(platform: &Arc<Platform>, caller: &Caller, hash: Hash) -> Result<PolicySet> {
    caller.check(Scope::Admin)?;
    reload::roll_back_policies(platform, hash, &caller.name).await?;
    now_live(platform).await
}
