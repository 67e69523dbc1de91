//! The host's log.

use super::Message;
use crate::{domain::vocabulary::NotificationPriority, store::notifications::Delivery};

/// Writes an event: a warning if it is urgent or nearly so.
pub(super) fn write(delivery: &Delivery, message: &Message) {
    macro_rules! write {
        ($level:ident) => {
            tracing::$level!(
                target: "notification",
                notification = %delivery.notification_id,
                recipient = %delivery.recipient_id,
                kind = delivery.kind,
                priority = delivery.priority.name(),
                body = message.body,
                "{}",
                message.title
            )
        };
    }
    if delivery.priority >= NotificationPriority::High { write!(warn) } else { write!(info) }
}
