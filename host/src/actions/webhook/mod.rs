//! Telling other systems, over HTTP, as [Standard Webhooks](https://www.standardwebhooks.com) says.

mod executor;

pub(super) use executor::Webhook;
