//! Notifications, their deliveries and their recipients.

mod deliveries;
mod find;
mod group;
mod life;
mod quiet_hours;
mod recipients;
mod statistics;

use host::{
    domain::vocabulary::{NotificationChannel, NotificationPriority},
    store::{
        journal::Journal,
        notifications::{
            self, Address, Contact, NewNotification, NewRecipient, Notification, Preferences, Recipient,
        },
    },
};
use uuid::Uuid;

use crate::support::{id, second};

/// A notification for nobody.
pub(crate) fn notification(number: u32) -> NewNotification {
    NewNotification {
        id: id(u128::from(number)),
        anomaly: None,
        action_id: None,
        kind: "PRICE_SPIKE".into(),
        priority: NotificationPriority::Normal,
        title: "NIFTY rose".into(),
        body: "NIFTY rose by 3 % in a minute".into(),
        addresses: vec![],
    }
}

/// Somebody who reads the log.
pub(crate) fn somebody(number: u32) -> NewRecipient {
    NewRecipient {
        id: id(0xB000 + u128::from(number)),
        user_id: Some(format!("user-{number}")),
        name: "Asha".into(),
        preferences: preferences(),
    }
}

pub(crate) fn preferences() -> Preferences {
    Preferences {
        email: Some(Contact::new("asha@example.com")),
        webhook_url: None,
        channels: vec![NotificationChannel::Log],
        minimum_priority: NotificationPriority::Low,
        kinds: vec![],
        quiet_hours: None,
        time_zone: "Asia/Kolkata".into(),
    }
}

/// A recipient's mailbox.
pub(crate) fn mail(recipient: u32) -> Address {
    Address { recipient_id: id(0xB000 + u128::from(recipient)), channel: NotificationChannel::Email }
}

/// Records notifications at that second.
pub(crate) async fn create(journal: &Journal, at: i64, new: &[NewNotification]) -> Vec<Notification> {
    let mut change = journal.begin(second(at)).await.unwrap();
    let created = notifications::create(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    created
}

/// Records recipients at that second.
pub(crate) async fn welcome(journal: &Journal, at: i64, new: &[NewRecipient]) -> Vec<Recipient> {
    let mut change = journal.begin(second(at)).await.unwrap();
    let mut recipients = Vec::new();
    for recipient in new {
        recipients.push(notifications::create_recipient(&mut change, recipient).await.unwrap());
    }
    change.commit().await.unwrap();
    recipients
}

/// No ids.
pub(crate) const NONE: [Uuid; 0] = [];

pub(crate) fn ids(notifications: &[Notification]) -> Vec<u128> {
    notifications.iter().map(|notification| notification.id.as_u128()).collect()
}
