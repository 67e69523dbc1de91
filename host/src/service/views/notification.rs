use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority, NotificationStatus},
    },
    store::notifications,
};

/// A message about something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Notification {
    /// Its id.
    pub id: Uuid,
    /// The anomaly that it is about.
    pub anomaly_id: Option<Uuid>,
    /// The action that it is about.
    pub action_id: Option<Uuid>,
    /// Kind of what it is about.
    pub kind: String,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// How far it is.
    pub status: NotificationStatus,
    /// One line.
    pub title: String,
    /// All there is to say.
    pub body: String,
    /// The notification within which it is told.
    pub group_id: Option<Uuid>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was told.
    pub sent_at: Option<Timestamp>,
    /// Why it could not be told.
    pub error: Option<String>,
}

impl From<notifications::Notification> for Notification {
    fn from(record: notifications::Notification) -> Self {
        Self {
            id: record.id,
            anomaly_id: record.market_anomaly_id.or(record.conflict_id).or(record.behavior_id),
            action_id: record.action_id,
            kind: record.kind,
            priority: record.priority,
            status: record.status,
            title: record.title,
            body: record.body,
            group_id: record.group_id,
            created_at: record.created_at,
            sent_at: record.sent_at,
            error: record.error,
        }
    }
}

/// Who is told what, when and how.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "NotificationRecipient")]
#[schema(as = NotificationRecipient)]
pub struct Recipient {
    /// Its id.
    pub id: Uuid,
    /// The user, where the recipient is one.
    pub user_id: Option<String>,
    /// For people who look.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether there is a webhook. Its URL may hold a secret, and is not shown.
    pub has_webhook: bool,
    /// How they are told.
    pub channels: Vec<NotificationChannel>,
    /// Nothing less urgent.
    pub minimum_priority: NotificationPriority,
    /// Kinds of what it is about; all if empty.
    pub kinds: Vec<String>,
    /// First minute of the hours in which only what is urgent is told, as in `22:00`.
    pub quiet_from: Option<String>,
    /// First minute after them.
    pub quiet_until: Option<String>,
    /// By whose clock; a name of the IANA database.
    pub time_zone: String,
    /// Whether anything is told.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl From<notifications::Recipient> for Recipient {
    fn from(record: notifications::Recipient) -> Self {
        Self {
            id: record.id,
            user_id: record.user_id,
            name: record.name,
            email: record.email.map(|email| email.expose().to_owned()),
            has_webhook: record.webhook_url.is_some(),
            channels: record.channels,
            minimum_priority: record.minimum_priority,
            kinds: record.kinds,
            quiet_from: record.quiet_from.map(|time| time.to_string()),
            quiet_until: record.quiet_until.map(|time| time.to_string()),
            time_zone: record.time_zone,
            is_active: record.is_active,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

/// Figures of notifications in a period; what does not occur is missing.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationStats {
    /// In all.
    pub total: i64,
    /// By how far they are.
    pub by_status: Vec<NotificationStatusCount>,
    /// By how urgent they are.
    pub by_priority: Vec<NotificationPriorityCount>,
    /// By the kind of what they are about.
    pub by_kind: Vec<KindCount>,
    /// How often deliveries arrive: over all channels, then over each that occurs.
    pub deliveries: Vec<DeliveryRate>,
}

/// How many notifications are this far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationStatusCount {
    /// How far they are.
    pub status: NotificationStatus,
    /// How many.
    pub count: i64,
}

/// How many notifications are so urgent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPriorityCount {
    /// How urgent they are.
    pub priority: NotificationPriority,
    /// How many.
    pub count: i64,
}

/// How many are about one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KindCount {
    /// The kind, as in `PRICE_SPIKE`.
    pub kind: String,
    /// How many.
    pub count: i64,
}

/// How often deliveries over a channel arrive.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRate {
    /// The channel; null for all together.
    pub channel: Option<NotificationChannel>,
    /// How many arrived.
    pub delivered: i64,
    /// How many were given up.
    pub failed: i64,
    /// Share that arrived of those that are over, 0 to 1; null if none is.
    pub rate: Option<f64>,
}

impl NotificationStats {
    /// Counts and rates of the same period in one.
    pub fn of(
        counts: notifications::NotificationStatistics,
        rates: Vec<notifications::DeliveryRate>,
    ) -> Self {
        let statuses = counts.by_status.into_iter();
        let priorities = counts.by_priority.into_iter();
        let kinds = counts.by_kind.into_iter();
        let deliveries = rates.into_iter().map(|rate| DeliveryRate {
            channel: rate.channel,
            delivered: rate.delivered,
            failed: rate.failed,
            rate: rate.rate,
        });
        Self {
            total: counts.total,
            by_status: statuses.map(|(status, count)| NotificationStatusCount { status, count }).collect(),
            by_priority: priorities
                .map(|(priority, count)| NotificationPriorityCount { priority, count })
                .collect(),
            by_kind: kinds.map(|(kind, count)| KindCount { kind, count }).collect(),
            deliveries: deliveries.collect(),
        }
    }
}
