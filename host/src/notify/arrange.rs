//! Before anything is told: what waits is put together.

use uuid::Uuid;

use super::{
    announce::id_for,
    plan::{DIGEST, plan},
};
use crate::{
    config::NotificationsConfig,
    domain::{time::Timestamp, vocabulary::NotificationPriority},
    store::{
        change::Change,
        error::Result,
        notifications::{self, Address, Fresh, NewNotification},
    },
};

/// Groups what is fresh, makes digests of what is too much, and holds back what is to wait. Answers what is to be told
/// now.
pub(super) async fn arrange(change: &mut Change<'_>, settings: &NotificationsConfig) -> Result<Vec<Uuid>> {
    let now = change.now();
    let fresh = notifications::fresh(change).await?;
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let begun =
        notifications::begun_after(change, Timestamp(now.0.saturating_sub(settings.interval()))).await?;
    let plan = plan(&fresh, &begun, settings, now);
    let digests: Vec<_> = plan.digests.iter().filter_map(|members| digest(members, settings)).collect();
    notifications::create(change, &digests).await?;
    notifications::reschedule(change, &plan.due).await?;
    for (lead, members) in &plan.groups {
        notifications::mark_as_grouped(change, members, *lead).await?;
    }
    for (digest, members) in digests.iter().zip(&plan.digests) {
        let members: Vec<_> = members.iter().map(|one| one.id).collect();
        notifications::mark_as_grouped(change, &members, digest.id).await?;
    }
    let mut told = plan.told;
    told.extend(digests.iter().map(|digest| digest.id));
    Ok(told)
}

/// A notification for the members' recipient, over all of their channels.
fn digest(members: &[Fresh], settings: &NotificationsConfig) -> Option<NewNotification> {
    let (first, recipient_id) = members.first().map(|first| (first.id, first.recipient_id))?;
    let address = |channel| Address { recipient_id, channel };
    Some(NewNotification {
        id: id_for(first, recipient_id),
        anomaly: None,
        action_id: None,
        kind: DIGEST.to_owned(),
        priority: members.iter().map(|one| one.priority).max().unwrap_or(NotificationPriority::Low),
        title: "Alerts told together".to_owned(),
        body: format!(
            "More than {} messages in {} minutes, so these come as one.",
            settings.most_per_interval, settings.interval_minutes
        ),
        addresses: members.iter().flat_map(|one| one.channels.iter().copied().map(address)).collect(),
    })
}
