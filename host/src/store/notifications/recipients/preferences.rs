use jiff::tz::TimeZone;
use uuid::Uuid;

use super::contact::Contact;
use crate::domain::{
    clock_time::ClockTime,
    vocabulary::{NotificationChannel, NotificationPriority},
};

/// Somebody to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecipient {
    /// Version 7.
    pub id: Uuid,
    /// The user, where the recipient is one.
    pub user_id: Option<String>,
    /// For people who look.
    pub name: String,
    /// What, when and how.
    pub preferences: Preferences,
}

/// What a recipient is told, when and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// E-mail address.
    pub email: Option<Contact>,
    /// Webhook.
    pub webhook_url: Option<Contact>,
    /// How; each needs its address.
    pub channels: Vec<NotificationChannel>,
    /// Nothing less urgent.
    pub minimum_priority: NotificationPriority,
    /// Kinds of what it is about; all if empty.
    pub kinds: Vec<String>,
    /// Not in these hours.
    pub quiet_hours: Option<QuietHours>,
    /// By whose clock; a name of the IANA database.
    pub time_zone: String,
}

/// Hours in which only what is urgent is told. They span midnight if they end before they begin, and are none if they
/// end as they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// First minute.
    pub from: ClockTime,
    /// First minute after them.
    pub until: ClockTime,
}

/// Why nobody can be reached in this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// Nobody is named.
    #[error("a recipient needs a name; give one")]
    NoName,
    /// The user's id is no id.
    #[error("a user id cannot be empty; leave it out if the recipient is no user")]
    EmptyUser,
    /// The user is a recipient already.
    #[error("this user is a recipient already; update that recipient's preferences")]
    Taken,
    /// A channel without an address.
    #[error("the channel EMAIL needs an e-mail address; give one, or leave the channel out")]
    NoEmail,
    /// A channel without an address.
    #[error("the channel WEBHOOK needs a URL; give one, or leave the channel out")]
    NoWebhook,
    /// An address that is none.
    #[error("the e-mail address is none; write it like operator@example.com")]
    Email,
    /// An address that is none.
    #[error("the webhook is no URL; write it like https://example.com/alerts")]
    Webhook,
    /// A time zone that is none.
    #[error("`{0}` is no time zone; name one of the IANA database, as in Asia/Kolkata")]
    TimeZone(String),
}

impl NewRecipient {
    pub(super) fn check(&self) -> Result<(), RecipientError> {
        if self.name.trim().is_empty() {
            return Err(RecipientError::NoName);
        }
        if self.user_id.as_ref().is_some_and(String::is_empty) {
            return Err(RecipientError::EmptyUser);
        }
        self.preferences.check()
    }
}

impl Preferences {
    /// Each channel once.
    pub(super) fn channels(&self) -> Vec<NotificationChannel> {
        let mut channels = self.channels.clone();
        channels.sort_unstable();
        channels.dedup();
        channels
    }

    pub(super) fn quiet_from(&self) -> Option<ClockTime> {
        self.quiet_hours.map(|hours| hours.from)
    }

    pub(super) fn quiet_until(&self) -> Option<ClockTime> {
        self.quiet_hours.map(|hours| hours.until)
    }

    pub(super) fn check(&self) -> Result<(), RecipientError> {
        let wants = |channel| self.channels.contains(&channel);
        match (&self.email, &self.webhook_url) {
            (None, _) if wants(NotificationChannel::Email) => Err(RecipientError::NoEmail),
            (_, None) if wants(NotificationChannel::Webhook) => Err(RecipientError::NoWebhook),
            (Some(email), _) if !email.is_email() => Err(RecipientError::Email),
            (_, Some(url)) if !url.is_url() => Err(RecipientError::Webhook),
            _ => self.check_time_zone(),
        }
    }

    fn check_time_zone(&self) -> Result<(), RecipientError> {
        let known = TimeZone::get(&self.time_zone).is_ok();
        if known { Ok(()) } else { Err(RecipientError::TimeZone(self.time_zone.clone())) }
    }
}
