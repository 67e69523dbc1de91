use serde::Serialize;
use uuid::Uuid;

use super::{super::record::Address, contact::Contact};
use crate::{
    domain::{
        clock_time::ClockTime,
        time::Timestamp,
        vocabulary::{BlockType, NotificationChannel, NotificationPriority},
    },
    store::{
        change::{About, Change},
        error::Result,
        pseudonyms,
    },
};

/// Who is told, what and how. Blocks have a pseudonym in the place of the user, and are without name and addresses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recipient {
    /// Version 7.
    pub id: Uuid,
    /// The user, where the recipient is one.
    pub user_id: Option<String>,
    /// For people who look.
    #[serde(skip)]
    pub name: String,
    /// E-mail address.
    #[serde(skip)]
    pub email: Option<Contact>,
    /// Webhook.
    #[serde(skip)]
    pub webhook_url: Option<Contact>,
    /// How.
    pub channels: Vec<NotificationChannel>,
    /// Nothing less urgent.
    pub minimum_priority: NotificationPriority,
    /// Kinds of what it is about; all if empty.
    pub kinds: Vec<String>,
    /// First minute of quiet hours.
    pub quiet_from: Option<ClockTime>,
    /// First minute after them.
    pub quiet_until: Option<ClockTime>,
    /// By whose clock.
    pub time_zone: String,
    /// Whether anything is told.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Recipient {
    /// Whether they want to be told of something so urgent of that kind.
    pub fn wants(&self, priority: NotificationPriority, kind: &str) -> bool {
        priority >= self.minimum_priority
            && (self.kinds.is_empty() || self.kinds.iter().any(|one| one == kind))
    }

    /// All ways to them.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        self.channels.iter().map(|channel| Address { recipient_id: self.id, channel: *channel })
    }
}

/// A statement that gives recipients: their columns come between its two parts.
macro_rules! recipients {
    ($before:tt .. $after:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            Recipient,
            $before
                + r#" recipient.id, recipient.user_id, recipient.name, recipient.email AS "email: Contact",
                      recipient.webhook_url AS "webhook_url: Contact", recipient.channels, recipient.minimum_priority,
                      recipient.kinds, recipient.quiet_from, recipient.quiet_until, recipient.time_zone,
                      recipient.is_active, recipient.created_at, recipient.updated_at "#
                + $after
            $($arguments)*
        )
    };
}
pub(super) use recipients;

/// Adds the block that says what a recipient is now.
pub(super) async fn note(change: &mut Change<'_>, recipient: &Recipient, deleted: bool) -> Result<()> {
    let mut recipient = recipient.clone();
    let pseudonyms = pseudonyms::of(change, recipient.user_id.iter().cloned().collect()).await?;
    pseudonyms.replace(&mut recipient.user_id);
    change.note(BlockType::RecipientChanged, &Noted { recipient, deleted }, About::default())
}

#[derive(Serialize)]
struct Noted {
    recipient: Recipient,
    deleted: bool,
}
