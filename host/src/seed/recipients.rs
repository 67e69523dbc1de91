//! Who is told, and how that ends.

use super::{
    SeedError,
    catalogue::{Recipient, World},
    steps::{Fate, Told},
};
use crate::{
    domain::{
        finding::Severity, ids::version_7, random::Random, rfc3339, time::Timestamp,
        vocabulary::NotificationPriority,
    },
    store::{
        change::Change,
        journal::Journal,
        notifications::{
            self, Address, Attempt, Contact, DeliveryUpdate, NewNotification, NewRecipient, Preferences,
            QuietHours, StatusUpdate, Telling,
        },
    },
};

/// Writes the recipients that are not there, and says how many that were.
pub(super) async fn write(journal: &Journal, world: &World) -> Result<usize, SeedError> {
    let begins = rfc3339::parse(world.begins.as_bytes()).unwrap_or_default();
    let (mut random, mut new) = (Random::new(1, "recipients"), 0);
    for recipient in &world.recipients {
        let id = version_7(begins, &mut random);
        if notifications::recipient_by_user(journal.store(), &recipient.user).await?.is_some() {
            continue;
        }
        let mut change = journal.begin(Timestamp(begins)).await?;
        let preferences = preferences(recipient)?;
        let (user_id, name) = (Some(recipient.user.clone()), recipient.name.clone());
        notifications::create_recipient(&mut change, &NewRecipient { id, user_id, name, preferences })
            .await?;
        change.commit().await?;
        new += 1;
    }
    Ok(new)
}

fn preferences(recipient: &Recipient) -> Result<Preferences, SeedError> {
    let clock = |text: &String| {
        let time = text.parse();
        time.map_err(|error| SeedError::File {
            file: "world.toml",
            reason: format!("{}: {error}", recipient.user),
        })
    };
    let quiet_hours = match &recipient.quiet {
        Some([from, until]) => Some(QuietHours { from: clock(from)?, until: clock(until)? }),
        None => None,
    };
    Ok(Preferences {
        email: recipient.email.clone().map(Contact::new),
        webhook_url: recipient.webhook.clone().map(Contact::new),
        channels: recipient.channels.clone(),
        minimum_priority: recipient.minimum_priority,
        kinds: Vec::new(),
        quiet_hours,
        time_zone: recipient.time_zone.clone(),
    })
}

/// Writes a notification to all whom it concerns, unless it is there; says how many that were.
pub(super) async fn tell(change: &mut Change<'_>, told: Told) -> Result<usize, SeedError> {
    let (id, fate) = (told.id, told.fate.clone());
    let addresses = addresses(change, &told).await?;
    let notification = NewNotification {
        id,
        anomaly: Some(told.anomaly),
        action_id: None,
        kind: told.kind,
        priority: priority(told.severity),
        title: told.title,
        body: told.message,
        addresses: addresses.clone(),
    };
    let created = notifications::create(change, &[notification]).await?;
    if created.is_empty() {
        return Ok(0);
    }
    match fate {
        Fate::Pending => {}
        Fate::Grouped(into) => drop(notifications::mark_as_grouped(change, &[id], into).await?),
        Fate::Sent => settle(change, id, addresses, None).await?,
        Fate::Failed(error) => settle(change, id, addresses, Some(error)).await?,
    }
    Ok(created.len())
}

async fn addresses(change: &mut Change<'_>, told: &Told) -> Result<Vec<Address>, SeedError> {
    let recipients = notifications::active_recipients(change).await?;
    let wanting = recipients.iter().filter(|recipient| recipient.wants(priority(told.severity), &told.kind));
    Ok(wanting.flat_map(notifications::Recipient::addresses).collect())
}

/// All deliveries end alike.
async fn settle(
    change: &mut Change<'_>,
    id: uuid::Uuid,
    addresses: Vec<Address>,
    error: Option<String>,
) -> Result<(), SeedError> {
    let attempt = match &error {
        Some(error) => Attempt::Failed { error: error.clone() },
        None => Attempt::Delivered,
    };
    let update =
        |address| DeliveryUpdate { notification_id: id, address, attempts: 0, attempt: attempt.clone() };
    let updates: Vec<_> = addresses.into_iter().map(update).collect();
    notifications::update_delivery_status(change, &updates).await?;
    let telling = error.map_or(Telling::Sent, |error| Telling::Failed { error });
    notifications::update_status(change, &[StatusUpdate { id, telling }]).await?;
    Ok(())
}

const fn priority(severity: Severity) -> NotificationPriority {
    match severity {
        Severity::Low => NotificationPriority::Low,
        Severity::Medium => NotificationPriority::Normal,
        Severity::High => NotificationPriority::High,
        Severity::Critical => NotificationPriority::Urgent,
    }
}
