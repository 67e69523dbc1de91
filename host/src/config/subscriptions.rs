use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much those may ask for who follow what happens over WebSockets.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SubscriptionsConfig {
    /// Events that wait for one subscriber; who lets more wait is told how many it missed. An event is kept once for
    /// all, so that a place in the queue is a pointer.
    pub queue: NonZeroU32,
    /// Subscriptions on one connection: a dashboard has a handful.
    pub per_connection: NonZeroU32,
    /// Connections with one key, so that none takes them all.
    pub connections_per_key: NonZeroU32,
    /// Seconds within which a new connection says who it is.
    pub init_timeout_seconds: NonZeroU32,
    /// Seconds between two pings. A connection that answers none of two is given up.
    pub ping_seconds: NonZeroU32,
    /// Seconds that a message may take to be taken by the client's side, before the connection is given up.
    pub write_timeout_seconds: NonZeroU32,
}

impl Default for SubscriptionsConfig {
    fn default() -> Self {
        Self {
            queue: NonZeroU32::MIN.saturating_add(999),
            per_connection: NonZeroU32::MIN.saturating_add(49),
            connections_per_key: NonZeroU32::MIN.saturating_add(1_999),
            init_timeout_seconds: NonZeroU32::MIN.saturating_add(9),
            ping_seconds: NonZeroU32::MIN.saturating_add(19),
            write_timeout_seconds: NonZeroU32::MIN.saturating_add(59),
        }
    }
}

impl SubscriptionsConfig {
    /// How long a new connection may keep who it is to itself.
    pub fn init_timeout(&self) -> Duration {
        seconds(self.init_timeout_seconds)
    }

    /// Between two pings.
    pub fn ping(&self) -> Duration {
        seconds(self.ping_seconds)
    }

    /// How long a message may wait to be taken.
    pub fn write_timeout(&self) -> Duration {
        seconds(self.write_timeout_seconds)
    }
}

fn seconds(count: NonZeroU32) -> Duration {
    Duration::from_secs(count.get().into())
}
