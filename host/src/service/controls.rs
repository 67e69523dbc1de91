//! What is in force, and the switch that stops automatic actions.

use super::{
    Platform, Result, ServiceError,
    views::{AutomationStatus, Control},
};
use crate::{
    access::{Caller, Scope},
    actions::guard::interval_start,
    domain::vocabulary::SubjectType,
    store::{automation, change::Change, controls, error, page::Window},
};

/// Longest reason, characters.
const LONGEST_REASON: usize = 500;

/// Controls in force, newest first, at most 1,000. Of one subject all of them.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn in_force(
    platform: &Platform,
    caller: &Caller,
    subject: Option<(SubjectType, String)>,
) -> Result<Vec<Control>> {
    caller.check(Scope::Viewer)?;
    let now = platform.now();
    let found = match subject {
        Some((kind, name)) => controls::active(platform.store(), kind, &name, now).await?,
        None => controls::in_force(platform.store(), now, Window::MOST).await?,
    };
    Ok(found.into_iter().map(Control::from).collect())
}

/// Whether hosts act by themselves, and how much they did.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn automation(platform: &Platform, caller: &Caller) -> Result<AutomationStatus> {
    caller.check(Scope::Viewer)?;
    let config = &platform.config.actions;
    let stop = automation::switch(platform.store()).await?;
    let recent = automation::count(platform.store(), interval_start(config, platform.now())).await?;
    Ok(AutomationStatus {
        is_stopped: stop.is_some(),
        stopped_at: stop.as_ref().map(|stop| stop.at),
        stopped_by: stop.as_ref().map(|stop| stop.by.clone()),
        reason: stop.map(|stop| stop.reason),
        is_configured: config.automatic,
        recent_actions: recent,
        most_per_interval: config.most_per_interval,
        interval_minutes: config.interval_minutes.get(),
    })
}

/// Stops automatic actions of all hosts; what is stopped stays as it is. `reason` names nobody, since the ledger keeps
/// it.
///
/// # Errors
///
/// If the caller may not, the reason is empty or too long, or the database fails.
pub async fn stop(platform: &Platform, caller: &Caller, reason: &str) -> Result<AutomationStatus> {
    turn(platform, caller, reason, automation::stop).await
}

/// Lets hosts act by themselves again.
///
/// # Errors
///
/// As of [`stop`].
pub async fn resume(platform: &Platform, caller: &Caller, reason: &str) -> Result<AutomationStatus> {
    turn(platform, caller, reason, automation::resume).await
}

async fn turn(
    platform: &Platform,
    caller: &Caller,
    reason: &str,
    turn: impl AsyncFnOnce(&mut Change<'_>, &str, &str) -> error::Result<bool>,
) -> Result<AutomationStatus> {
    caller.check(Scope::Operator)?;
    let length = reason.trim().chars().count();
    if !(1..=LONGEST_REASON).contains(&length) {
        let wanted = format!("say why in 1 to {LONGEST_REASON} characters, and name nobody");
        return Err(ServiceError::invalid("reason", wanted));
    }
    let mut change = platform.journal.begin(platform.now()).await?;
    turn(&mut change, &caller.name, reason.trim()).await?;
    change.commit().await?;
    automation(platform, caller).await
}
