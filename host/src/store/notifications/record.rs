use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{BlockType, NotificationChannel, NotificationPriority, NotificationStatus},
    },
    store::{
        change::{About, Change},
        error::Result,
    },
};

/// A message about something that happened.
///
/// Blocks are without its words, which may name a trader, and without errors, which may name an address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notification {
    /// Version 7.
    pub id: Uuid,
    /// The anomaly of a symbol that it is about.
    pub market_anomaly_id: Option<Uuid>,
    /// The conflict that it is about.
    pub conflict_id: Option<Uuid>,
    /// The anomaly of a trader that it is about.
    pub behavior_id: Option<Uuid>,
    /// The action that it is about.
    pub action_id: Option<Uuid>,
    /// Kind of what it is about.
    pub kind: String,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// How far it is.
    pub status: NotificationStatus,
    /// One line.
    #[serde(skip)]
    pub title: String,
    /// All there is to say.
    #[serde(skip)]
    pub body: String,
    /// The message within which it is told.
    pub group_id: Option<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was told.
    pub sent_at: Option<Timestamp>,
    /// Why it could not be told.
    #[serde(skip)]
    pub error: Option<String>,
}

/// A statement that gives notifications: their columns come between its two parts.
macro_rules! notifications {
    ($before:tt .. $after:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            Notification,
            $before
                + " notification.id, notification.market_anomaly_id, notification.conflict_id,
                    notification.behavior_id, notification.action_id, notification.kind, notification.priority,
                    notification.status, notification.title, notification.body, notification.group_id,
                    notification.created_at, notification.sent_at, notification.error "
                + $after
            $($arguments)*
        )
    };
}
pub(super) use notifications;

impl Notification {
    pub(super) fn about(&self) -> About {
        About {
            market_anomaly: self.market_anomaly_id,
            conflict: self.conflict_id,
            behavior: self.behavior_id,
            action: self.action_id,
            notification: Some(self.id),
            ..About::default()
        }
    }
}

/// One way to one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Address {
    /// Who.
    pub recipient_id: Uuid,
    /// How.
    pub channel: NotificationChannel,
}

/// Adds the block of a new notification.
pub(super) fn note_created(
    change: &mut Change<'_>,
    notification: &Notification,
    addresses: &[Address],
) -> Result<()> {
    let about = notification.about();
    change.note(BlockType::NotificationCreated, &Noted { notification, addresses: Some(addresses) }, about)
}

/// Adds a block for each notification that changed, in the order of their ids.
pub(super) fn note_updated(change: &mut Change<'_>, notifications: &mut [Notification]) -> Result<()> {
    notifications.sort_unstable_by_key(|notification| notification.id);
    for notification in notifications {
        let about = notification.about();
        change.note(BlockType::NotificationUpdated, &Noted { notification, addresses: None }, about)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Noted<'a> {
    notification: &'a Notification,
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<&'a [Address]>,
}
