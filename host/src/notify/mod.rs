//! 6. Who is told what, when and how often.

mod announce;
mod arrange;
mod attempt;
mod channels;
mod dispatch;
mod message;
mod plan;
mod text;

pub use announce::{Announcement, announce};
pub use channels::{ChannelError, Channels, EmailError, WebhookError};
pub use dispatch::{Delivered, deliver_due};
