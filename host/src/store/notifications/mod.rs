//! Who is told what: `notifications`, `notification_deliveries` and `notification_recipients`.

mod clean_up;
mod create;
mod deliveries;
mod find;
mod group;
mod queue;
mod recipients;
mod record;
mod statistics;
mod status;

pub use clean_up::{CleanedUp, delete_older_than};
pub use create::{NewNotification, create};
pub use deliveries::{Attempt, Delivery, DeliveryUpdate, Progress, due_deliveries, update_delivery_status};
pub use find::{NotificationFilter, find, get, pending, urgent};
pub use group::{GroupingError, Member, first_members, group_members, mark_as_grouped};
pub use queue::{Begun, Fresh, begun_after, fresh, over, reschedule};
pub use recipients::{
    Contact, Deactivated, NewRecipient, Preferences, QuietHours, Recipient, RecipientError, RecipientFilter,
    active_recipients, create_recipient, deactivate_recipient, find_recipients, recipient, recipient_by_user,
    update_preferences,
};
pub use record::{Address, Notification};
pub use statistics::{DeliveryRate, NotificationStatistics, delivery_success_rate, statistics};
pub use status::{StatusUpdate, Telling, update_status};
