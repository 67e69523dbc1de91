//! 6. Who is told what, when and how often.

mod announce;
mod text;

pub use announce::{Announcement, announce};
