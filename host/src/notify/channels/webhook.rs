//! Recipients' webhooks: JSON, signed as Standard Webhooks says.

use std::time::Duration;

use serde_json::json;

use super::{Failure, Message};
use crate::{
    config::NotificationsConfig,
    domain::time::Timestamp,
    outbound::{self, KeyError, Outbound, SigningKey, Target},
    store::notifications::{Delivery, Member},
};

/// Longest wait for a receiver's answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// Why no webhooks can be called with these settings.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// A secret that is none.
    #[error("notifications.webhook_secrets: {0}")]
    Secret(KeyError),
    /// No client can be made.
    #[error("webhooks cannot be called: {0}")]
    Client(#[from] reqwest::Error),
}

/// Calls webhooks.
pub(super) struct Webhooks {
    outbound: Outbound,
    keys: Vec<SigningKey>,
    allow_private: bool,
}

impl Webhooks {
    pub(super) fn new(config: &NotificationsConfig) -> Result<Self, WebhookError> {
        let keys = config.webhook_secrets.iter().map(SigningKey::parse).collect::<Result<_, _>>();
        Ok(Self {
            outbound: Outbound::new(TIMEOUT)?,
            keys: keys.map_err(WebhookError::Secret)?,
            allow_private: config.allow_private,
        })
    }

    /// Posts one message, under the notification's id. A receiver that is gone (410) gets no more, everything else is
    /// tried again.
    pub(super) async fn post(
        &self,
        delivery: &Delivery,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if self.keys.is_empty() {
            return Err(Failure::later("webhooks are not signed yet; set notifications.webhook_secrets"));
        }
        let url = delivery.contact.as_ref().map_or("", |contact| contact.expose());
        let target = Target::parse(url, self.allow_private)
            .map_err(|error| Failure::later(format!("the recipient's webhook is not called: {error}")))?;
        let (id, body) = (delivery.notification_id.to_string(), payload(delivery, message));
        let message = outbound::Message { id: &id, body: body.as_bytes() };
        match self.outbound.post(&target, &self.keys, message, now).await {
            Ok(_) => Ok(()),
            Err(failure) if failure.is_gone => Err(Failure::Never { reason: failure.reason }),
            Err(failure) => Err(Failure::Later { reason: failure.reason, after: failure.retry_after }),
        }
    }
}

fn payload(delivery: &Delivery, message: &Message) -> String {
    let member = |member: &Member| json!({ "id": member.id, "kind": member.kind, "priority": member.priority, "title": member.title });
    json!({
        "type": "notification",
        "timestamp": delivery.created_at,
        "data": {
            "id": delivery.notification_id,
            "kind": delivery.kind,
            "priority": delivery.priority,
            "title": message.title,
            "body": message.body,
            "members": message.members.iter().map(member).collect::<Vec<_>>(),
            "member_count": message.count,
        },
    })
    .to_string()
}
