//! What a host does by itself, again and again, until it stops.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::sleep};

use crate::{
    actions::webhook::{self, Delivered, Endpoints},
    decide::pending::Round,
    domain::{
        random::Random,
        time::{DAY, Timestamp},
    },
    jobs,
    notify::{self, Channels},
    outbound::Outbound,
    service::Platform,
    store::{controls, idempotency, job_files, uploads},
};

/// Between two looks for pending decisions, webhooks and notifications where the last look found nothing.
const IDLE: Duration = Duration::from_millis(500);

/// Between two looks for controls that are over.
const SWEEP: Duration = Duration::from_secs(5);

/// Between two looks for uploads and answers that are kept no longer.
const PURGE: Duration = Duration::from_mins(1);

/// After something failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Starts all rounds. They end when the set is dropped.
///
/// # Errors
///
/// If webhooks or channels are not configured as they can be used.
pub(super) fn start(platform: &Arc<Platform>, seed: u64) -> anyhow::Result<JoinSet<()>> {
    let endpoints = Endpoints::of(&platform.config.webhooks)?;
    let outbound = Outbound::new(webhook::TIMEOUT)?;
    let channels = Channels::new(&platform.config)?;
    let mut rounds = JoinSet::new();
    rounds.spawn(decisions(Arc::clone(platform)));
    rounds.spawn(webhooks(Arc::clone(platform), endpoints, outbound, seed));
    rounds.spawn(notifications(Arc::clone(platform), channels, Random::new(seed, "notifications")));
    rounds.spawn(expiry(Arc::clone(platform)));
    rounds.spawn(purge(Arc::clone(platform)));
    rounds.spawn(jobs::make_backtests(Arc::clone(platform)));
    rounds.spawn(jobs::make_exports(Arc::clone(platform)));
    let claims = platform.claims.clone();
    rounds.spawn(async move { claims.renew().await });
    Ok(rounds)
}

/// Asks the agent about decisions that wait for it.
async fn decisions(platform: Arc<Platform>) {
    let most = platform.config.agent.max_concurrent.get() as i64;
    loop {
        match platform.desk.answer_pending(&platform.journal, most).await {
            Ok(round) if round == Round::default() => sleep(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!("pending decisions are not looked at: {error}");
                sleep(AFTER_FAILURE).await;
            }
        }
    }
}

async fn webhooks(platform: Arc<Platform>, endpoints: Endpoints, outbound: Outbound, seed: u64) {
    let mut random = Random::new(seed, "webhooks");
    loop {
        let seed = random.below(usize::MAX) as u64;
        match webhook::deliver_due(&platform.journal, &endpoints, &outbound, platform.clock, seed).await {
            Ok(round) if round == Delivered::default() => sleep(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!("webhooks are not delivered: {error}");
                sleep(AFTER_FAILURE).await;
            }
        }
    }
}

async fn notifications(platform: Arc<Platform>, channels: Channels, mut random: Random) {
    let config = &platform.config.notifications;
    loop {
        match notify::deliver_due(&platform.journal, &channels, config, platform.clock, &mut random).await {
            Ok(round) if round.is_idle() => sleep(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!("notifications are not delivered: {error}");
                sleep(AFTER_FAILURE).await;
            }
        }
    }
}

/// Ends controls whose time is over.
async fn expiry(platform: Arc<Platform>) {
    loop {
        if let Err(error) = sweep(&platform).await {
            tracing::warn!("controls that are over are not removed: {error}");
        }
        sleep(SWEEP).await;
    }
}

async fn sweep(platform: &Platform) -> crate::store::error::Result<()> {
    let mut change = platform.journal.begin(platform.now()).await?;
    if !controls::sweep_expired(&mut change).await?.is_empty() {
        change.commit().await?;
    }
    Ok(())
}

/// Forgets what is kept for a day.
async fn purge(platform: Arc<Platform>) {
    loop {
        if let Err(error) = purge_once(&platform).await {
            tracing::warn!("uploads and answers that are too old are not removed: {error}");
        }
        sleep(PURGE).await;
    }
}

async fn purge_once(platform: &Platform) -> crate::store::error::Result<()> {
    uploads::purge(platform.store(), platform.now()).await?;
    job_files::delete_older_than(platform.store(), Timestamp(platform.now().0 - DAY)).await?;
    while idempotency::purge(platform.store(), platform.now()).await? > 0 {}
    Ok(())
}
