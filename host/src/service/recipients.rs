//! Who is told what, when and how.

use async_graphql::InputObject;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Platform, Result, ServiceError, page::Listed, views::Recipient, words};
use crate::{
    access::{Caller, Scope},
    domain::{
        clock_time::ClockTime,
        vocabulary::{NotificationChannel, NotificationPriority},
    },
    store::{
        error::StoreError,
        notifications::{self, Contact, Deactivated, NewRecipient, Preferences, QuietHours, RecipientError},
        page::{Cursor, Window},
        requests,
    },
};

pub use crate::store::notifications::RecipientFilter;

/// Most kinds that a recipient may name.
const KINDS: usize = 64;

/// Somebody to be told.
#[derive(Clone, Debug, Deserialize, InputObject, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "RegisterRecipientInput")]
pub struct RegisterRecipient {
    /// For people who look.
    pub name: String,
    /// The user, where the recipient is one.
    pub user_id: Option<String>,
    /// What they are told, when and how.
    pub preferences: RecipientPreferences,
}

/// What a recipient is told, when and how; what is not given stays, and of a new recipient is as usual.
#[derive(Clone, Default, Deserialize, InputObject, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[graphql(name = "RecipientPreferencesInput")]
pub struct RecipientPreferences {
    /// E-mail address.
    pub email: Option<String>,
    /// Where a webhook is sent.
    pub webhook_url: Option<String>,
    /// How; each needs its address. Usually LOG.
    pub channels: Option<Vec<NotificationChannel>>,
    /// Nothing less urgent. Usually NORMAL.
    pub minimum_priority: Option<NotificationPriority>,
    /// Kinds of what it is about, as in `PRICE_SPIKE`; all if empty, as usual.
    pub kinds: Option<Vec<String>>,
    /// First minute of the hours in which only what is urgent is told, as in `22:00`; none usually. An empty text ends
    /// them.
    pub quiet_from: Option<String>,
    /// First minute after them, as in `07:00`.
    pub quiet_until: Option<String>,
    /// By whose clock; a name of the IANA database. Usually UTC.
    pub time_zone: Option<String>,
}

impl std::fmt::Debug for RecipientPreferences {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RecipientPreferences(..)")
    }
}

/// Recipients, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(
    platform: &Platform,
    caller: &Caller,
    filter: &RecipientFilter,
    window: Window,
) -> Result<Listed<Recipient>> {
    caller.check(Scope::Viewer)?;
    let page = notifications::find_recipients(platform.store(), filter, window).await?;
    Ok(Listed::of(page, |recipient| Cursor { at: recipient.created_at, id: recipient.id }))
}

/// One recipient.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Recipient> {
    caller.check(Scope::Viewer)?;
    let found = notifications::recipient(platform.store(), id).await?;
    found.map(Recipient::from).ok_or_else(|| ServiceError::not_found("recipient", id))
}

/// Adds somebody who is told. A user who is one already with these preferences is answered as it is.
///
/// # Errors
///
/// If nobody can be reached so, the user is a recipient already, the caller may not say who is told, or the database
/// fails.
pub async fn register(platform: &Platform, caller: &Caller, asked: RegisterRecipient) -> Result<Recipient> {
    caller.check(Scope::Operator)?;
    words::check("name", &asked.name, words::NAME)?;
    if let Some(user) = &asked.user_id {
        words::check("userId", user, words::NAME)?;
    }
    let now = platform.now();
    let preferences = asked.preferences.over(usual())?;
    let new =
        NewRecipient { id: platform.ids.next(now), user_id: asked.user_id, name: asked.name, preferences };
    let mut change = platform.journal.begin(now).await?;
    let created = notifications::create_recipient(&mut change, &new).await.map_err(unreachable)?;
    requests::note(&mut change, &caller.name, "registerRecipient", created.id).await?;
    change.commit().await?;
    Ok(created.into())
}

/// Replaces what a recipient is told, when and how; one that was deactivated is told again.
///
/// # Errors
///
/// If there is no such recipient, nobody can be reached so, the caller may not say who is told, or the database fails.
pub async fn update(
    platform: &Platform,
    caller: &Caller,
    id: Uuid,
    asked: RecipientPreferences,
) -> Result<Recipient> {
    caller.check(Scope::Operator)?;
    let missing = || ServiceError::not_found("recipient", id);
    let current = notifications::recipient(platform.store(), id).await?.ok_or_else(missing)?;
    let preferences = asked.over(of(current))?;
    let mut change = platform.journal.begin(platform.now()).await?;
    let updated =
        notifications::update_preferences(&mut change, id, &preferences).await.map_err(unreachable)?;
    requests::note(&mut change, &caller.name, "updateRecipientPreferences", id).await?;
    change.commit().await?;
    updated.map(Recipient::from).ok_or_else(missing)
}

/// Tells a recipient nothing any more; says whether the record is gone.
///
/// # Errors
///
/// If there is no such recipient, the caller may not say who is told, or the database fails.
pub async fn deactivate(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Deactivated> {
    caller.check(Scope::Operator)?;
    let mut change = platform.journal.begin(platform.now()).await?;
    let done = notifications::deactivate_recipient(&mut change, id).await?;
    requests::note(&mut change, &caller.name, "deactivateRecipient", id).await?;
    change.commit().await?;
    done.ok_or_else(|| ServiceError::not_found("recipient", id))
}

fn usual() -> Preferences {
    Preferences {
        email: None,
        webhook_url: None,
        channels: vec![NotificationChannel::Log],
        minimum_priority: NotificationPriority::Normal,
        kinds: Vec::new(),
        quiet_hours: None,
        time_zone: "UTC".to_owned(),
    }
}

fn of(recipient: notifications::Recipient) -> Preferences {
    let hours = recipient.quiet_from.zip(recipient.quiet_until);
    Preferences {
        email: recipient.email,
        webhook_url: recipient.webhook_url,
        channels: recipient.channels,
        minimum_priority: recipient.minimum_priority,
        kinds: recipient.kinds,
        quiet_hours: hours.map(|(from, until)| QuietHours { from, until }),
        time_zone: recipient.time_zone,
    }
}

impl RecipientPreferences {
    fn over(self, before: Preferences) -> Result<Preferences> {
        let quiet_hours = self.quiet_hours(before.quiet_hours)?;
        let kinds = self.kinds.unwrap_or(before.kinds);
        if kinds.len() > KINDS {
            return Err(ServiceError::invalid("kinds", format!("name at most {KINDS}, or none for all")));
        }
        for kind in &kinds {
            words::check("kinds", kind, words::NAME)?;
        }
        Ok(Preferences {
            email: self.email.map(Contact::new).or(before.email),
            webhook_url: self.webhook_url.map(Contact::new).or(before.webhook_url),
            channels: self.channels.unwrap_or(before.channels),
            minimum_priority: self.minimum_priority.unwrap_or(before.minimum_priority),
            kinds,
            quiet_hours,
            time_zone: self.time_zone.unwrap_or(before.time_zone),
        })
    }

    fn quiet_hours(&self, before: Option<QuietHours>) -> Result<Option<QuietHours>> {
        match (self.quiet_from.as_deref(), self.quiet_until.as_deref()) {
            (None, None) => Ok(before),
            (Some(""), _) | (_, Some("")) => Ok(None),
            (from, until) => {
                let from = time("quietFrom", from, before.map(|hours| hours.from))?;
                let until = time("quietUntil", until, before.map(|hours| hours.until))?;
                Ok(Some(QuietHours { from, until }))
            }
        }
    }
}

fn time(field: &str, text: Option<&str>, before: Option<ClockTime>) -> Result<ClockTime> {
    let Some(text) = text else {
        return before.ok_or_else(|| ServiceError::invalid(field, "quiet hours begin and end; say both"));
    };
    text.parse().map_err(|error| ServiceError::invalid(field, format!("{error}")))
}

/// Says which argument is wrong where nobody can be reached.
fn unreachable(error: StoreError) -> ServiceError {
    let StoreError::Recipient(wrong) = &error else { return error.into() };
    let field = match wrong {
        RecipientError::Taken => return error.into(),
        RecipientError::NoName => "name",
        RecipientError::EmptyUser => "userId",
        RecipientError::NoEmail | RecipientError::Email => "email",
        RecipientError::NoWebhook | RecipientError::Webhook => "webhookUrl",
        RecipientError::TimeZone(_) => "timeZone",
    };
    ServiceError::invalid(field, wrong.to_string())
}
