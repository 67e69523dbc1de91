use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::record::{self, Address, Notification, notifications};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority},
    },
    store::{anomalies::AnomalyRef, change::Change, columns::column, error::Result},
};

/// A message to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNotification {
    /// Version 7.
    pub id: Uuid,
    /// The anomaly that it is about.
    pub anomaly: Option<AnomalyRef>,
    /// The action that it is about.
    pub action_id: Option<Uuid>,
    /// Kind of what it is about.
    pub kind: String,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// One line.
    pub title: String,
    /// All there is to say.
    pub body: String,
    /// Who is told, and how.
    pub addresses: Vec<Address>,
}

/// Records notifications with their deliveries, which are due at once, and a block for each. Those that are there
/// already stay as they are. Answers the new ones, in the order of their ids.
///
/// # Errors
///
/// If the database fails, or there is no such recipient, anomaly or action.
pub async fn create(change: &mut Change<'_>, new: &[NewNotification]) -> Result<Vec<Notification>> {
    let mut created = insert(change, new).await?;
    created.sort_unstable_by_key(|notification| notification.id);
    let addresses: BTreeMap<_, BTreeSet<_>> =
        new.iter().map(|one| (one.id, one.addresses.iter().copied().collect())).collect();
    let mut due = Vec::new();
    for notification in &created {
        let addresses: Vec<Address> =
            addresses.get(&notification.id).into_iter().flatten().copied().collect();
        record::note_created(change, notification, &addresses)?;
        due.extend(addresses.into_iter().map(|address| (notification.id, address)));
    }
    insert_deliveries(change, &due).await?;
    Ok(created)
}

async fn insert(change: &mut Change<'_>, new: &[NewNotification]) -> Result<Vec<Notification>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let now = change.now();
    let anomaly = |id: fn(AnomalyRef) -> Option<Uuid>| column(new, |one| one.anomaly.and_then(id));
    let created = notifications!(
        "INSERT INTO notifications AS notification
             (id, market_anomaly_id, conflict_id, behavior_id, action_id, kind, priority, status, title, body,
              created_at)
         SELECT id, market_anomaly_id, conflict_id, behavior_id, action_id, kind, priority, 'PENDING', title, body, $10
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[],
                     $7::notification_priority[], $8::text[], $9::text[])
             AS new (id, market_anomaly_id, conflict_id, behavior_id, action_id, kind, priority, title, body)
         ORDER BY id
         ON CONFLICT (id) DO NOTHING
         RETURNING" .. "",
        &column(new, |one| one.id),
        &anomaly(AnomalyRef::market) as &[Option<Uuid>],
        &anomaly(AnomalyRef::conflict) as &[Option<Uuid>],
        &anomaly(AnomalyRef::behavior) as &[Option<Uuid>],
        &column(new, |one| one.action_id) as &[Option<Uuid>],
        &column(new, |one| one.kind.clone()),
        &column(new, |one| one.priority) as &[NotificationPriority],
        &column(new, |one| one.title.clone()),
        &column(new, |one| one.body.clone()),
        now as Timestamp,
    );
    Ok(created.fetch_all(change.connection()).await?)
}

async fn insert_deliveries(change: &mut Change<'_>, due: &[(Uuid, Address)]) -> Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    let now = change.now();
    sqlx::query!(
        "INSERT INTO notification_deliveries (notification_id, recipient_id, channel, status, next_attempt_at)
         SELECT notification_id, recipient_id, channel, 'PENDING', $4
         FROM UNNEST($1::uuid[], $2::uuid[], $3::notification_channel[])
             AS due (notification_id, recipient_id, channel)
         ORDER BY recipient_id, notification_id, channel",
        &column(due, |(notification, _)| *notification),
        &column(due, |(_, address)| address.recipient_id),
        &column(due, |(_, address)| address.channel) as &[NotificationChannel],
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}
