mod change;
mod contact;
mod find;
mod preferences;
mod record;

pub use change::{Deactivated, create_recipient, deactivate_recipient, update_preferences};
pub use contact::Contact;
pub use find::{RecipientFilter, active_recipients, find_recipients, recipient, recipient_by_user};
pub use preferences::{NewRecipient, Preferences, QuietHours, RecipientError};
pub use record::Recipient;
