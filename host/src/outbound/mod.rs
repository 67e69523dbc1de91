//! Requests to addresses that the host was told, as it does not know who is there: to the public internet only, unless
//! private addresses are allowed, and signed as [Standard Webhooks](https://www.standardwebhooks.com) says.

mod address;
mod resolver;
mod retry_after;
mod send;
mod signature;
mod target;

pub use address::is_public;
pub use retry_after::read as retry_after;
pub use send::{Failure, Message, Outbound};
pub use signature::{KeyError, SigningKey, sign};
pub use target::{Target, TargetError};
