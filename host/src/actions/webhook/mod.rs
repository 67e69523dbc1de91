//! Telling other systems, over HTTP, as [Standard Webhooks](https://www.standardwebhooks.com) says. A message is
//! written with the decision that wants it, and delivered afterwards, at least once.

mod backoff;
mod deliver;
mod endpoints;
mod executor;

pub use deliver::{Delivered, TIMEOUT, deliver_due};
pub use endpoints::{EndpointError, Endpoints};
pub(super) use executor::Webhook;
