//! What is going on, at a glance.

use std::collections::BTreeMap;

use super::{
    Platform, Result,
    anomalies::{self, AnomalyFilter},
    controls,
    views::{ActionTally, Dashboard, DecisionTally, FamilyTally, NotificationTally, Realtime, SeverityTally},
};
use crate::{
    access::{Caller, Scope},
    domain::{
        time::{DAY, Timestamp},
        vocabulary::{ActionStatus, NotificationStatus},
    },
    store::{
        actions, anomalies as stored, decisions, notifications,
        page::{Period, Window},
        realtime::{self as counts},
    },
};

/// Newest anomalies that are shown.
const RECENT: i64 = 10;

/// What is going on; what is counted begins at `since`, a day before now where nothing is said.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn dashboard(platform: &Platform, caller: &Caller, since: Option<Timestamp>) -> Result<Dashboard> {
    caller.check(Scope::Viewer)?;
    let (store, now) = (platform.store(), platform.now());
    let since = since.unwrap_or(Timestamp(now.0.saturating_sub(DAY)));
    let period = Period { from: Some(since), until: None };
    let anomalies = stored::statistics(store, period, None).await?;
    let mut by_severity = BTreeMap::new();
    let mut by_family = BTreeMap::new();
    for count in &anomalies {
        *by_severity.entry(count.severity).or_insert(0) += count.count;
        *by_family.entry(count.family).or_insert(0) += count.count;
    }
    let newest = AnomalyFilter::default();
    let recent = anomalies::list(platform, caller, &newest, Window::first(RECENT)).await?;
    Ok(Dashboard {
        at: now,
        since,
        anomalies: anomalies.iter().map(|count| count.count).sum(),
        anomalies_by_severity: by_severity
            .into_iter()
            .map(|(severity, count)| SeverityTally { severity, count })
            .collect(),
        anomalies_by_family: by_family
            .into_iter()
            .map(|(family, count)| FamilyTally { family: family.into(), count })
            .collect(),
        decisions: decision_tallies(platform, period).await?,
        actions: action_tallies(platform, period).await?,
        notifications: notification_tallies(platform, period).await?,
        realtime: realtime(platform, caller).await?,
        automation: controls::automation(platform, caller).await?,
        recent_anomalies: recent.items.into_iter().map(|(_, anomaly)| anomaly).collect(),
    })
}

async fn decision_tallies(platform: &Platform, period: Period) -> Result<Vec<DecisionTally>> {
    let statistics = decisions::statistics(platform.store(), period).await?;
    let tally = |decision, count| DecisionTally { decision, count };
    Ok(statistics.into_iter().filter_map(|one| Some(tally(one.decision?, one.count))).collect())
}

async fn action_tallies(platform: &Platform, period: Period) -> Result<Vec<ActionTally>> {
    let mut tallies: BTreeMap<ActionStatus, i64> = BTreeMap::new();
    for one in actions::statistics(platform.store(), period).await? {
        *tallies.entry(one.status).or_default() += one.actions;
    }
    Ok(tallies.into_iter().map(|(status, count)| ActionTally { status, count }).collect())
}

async fn notification_tallies(platform: &Platform, period: Period) -> Result<Vec<NotificationTally>> {
    let statistics = notifications::statistics(platform.store(), period).await?;
    let tally = |(status, count): (NotificationStatus, i64)| NotificationTally { status, count };
    Ok(statistics.by_status.into_iter().map(tally).collect())
}

/// What is under way now.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn realtime(platform: &Platform, caller: &Caller) -> Result<Realtime> {
    caller.check(Scope::Viewer)?;
    let at = platform.now();
    let counts = counts::realtime(platform.store(), at).await?;
    Ok(Realtime {
        at,
        anomalies_last_minute: counts.anomalies,
        decisions_last_minute: counts.decisions,
        actions_last_minute: counts.actions,
        pending_decisions: counts.pending_decisions,
        review_queue: counts.review_queue,
        pending_actions: counts.pending_actions,
        controls_in_force: counts.controls,
        pending_notifications: counts.pending_notifications,
        open_jobs: counts.open_jobs,
        ledger_size: counts.ledger_size,
        last_block_at: counts.last_block_at,
        is_automation_stopped: counts.is_stopped,
    })
}
