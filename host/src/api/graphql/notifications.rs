use async_graphql::{ComplexObject, Context, InputObject, Object, Result, connection::Connection};
use uuid::Uuid;

use super::{
    asked::{Asked, shown},
    connection::connection,
    loaders::{ActionId, AnomalyId},
    paging::{cost, window},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority, NotificationStatus},
    },
    service::{
        notifications::{self, NotificationFilter, SendNotification},
        recipients::{self, RecipientFilter, RecipientPreferences, RegisterRecipient},
        views::{Action, Anomaly, Notification, Recipient},
    },
    store::page::Period,
};

/// Which notifications to find; all where nothing is said.
#[derive(Default, InputObject)]
#[graphql(name = "NotificationFilter")]
struct Filter {
    /// About this kind, as in `PRICE_SPIKE`.
    kind: Option<String>,
    /// So urgent.
    priority: Option<NotificationPriority>,
    /// This far.
    status: Option<NotificationStatus>,
    /// For this recipient.
    recipient_id: Option<Uuid>,
    /// Made at this moment or later.
    start_date: Option<Timestamp>,
    /// Made before this moment.
    end_date: Option<Timestamp>,
}

impl From<Filter> for NotificationFilter {
    fn from(filter: Filter) -> Self {
        Self {
            kind: filter.kind,
            priority: filter.priority,
            status: filter.status,
            recipient_id: filter.recipient_id,
            created: Period { from: filter.start_date, until: filter.end_date },
        }
    }
}

#[derive(Default)]
pub(super) struct NotificationQueries;

#[Object]
impl NotificationQueries {
    /// Notifications, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn notifications(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<Filter>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Notification>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let filter = filter.unwrap_or_default().into();
        let listed = shown(notifications::list(platform, caller, &filter, window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// Who is told what, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn notification_recipients(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Those who are told something, or those who are not.")] is_active: Option<bool>,
        #[graphql(desc = "Those who are told in this way.")] channel: Option<NotificationChannel>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Recipient>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let filter = RecipientFilter { is_active, channel };
        let listed = shown(recipients::list(platform, caller, &filter, window).await)?;
        Ok(connection(listed, after.is_none()))
    }
}

#[derive(Default)]
pub(super) struct NotificationMutations;

#[Object]
impl NotificationMutations {
    /// Tells whoever wants to know: one notification for each recipient whose preferences ask for it, or a single one
    /// that goes to nobody. Under an id of your own it is told once, however often it is sent.
    async fn send_notification(
        &self,
        context: &Context<'_>,
        input: SendNotification,
    ) -> Result<Vec<Notification>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(notifications::send(platform, caller, input).await)
    }

    /// Adds somebody who is told.
    async fn register_recipient(&self, context: &Context<'_>, input: RegisterRecipient) -> Result<Recipient> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(recipients::register(platform, caller, input).await)
    }

    /// Changes what a recipient is told, when and how; what is not given stays.
    async fn update_recipient_preferences(
        &self,
        context: &Context<'_>,
        id: Uuid,
        input: RecipientPreferences,
    ) -> Result<Recipient> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(recipients::update(platform, caller, id, input).await)
    }
}

#[ComplexObject]
impl Notification {
    /// The anomaly that it is about.
    async fn anomaly(&self, context: &Context<'_>) -> Result<Option<Anomaly>> {
        let Some(id) = self.anomaly_id else { return Ok(None) };
        Asked::of(context)?.loaders.load_one(AnomalyId(id)).await
    }

    /// The action that it is about.
    async fn action(&self, context: &Context<'_>) -> Result<Option<Action>> {
        let Some(id) = self.action_id else { return Ok(None) };
        Asked::of(context)?.loaders.load_one(ActionId(id)).await
    }
}
