use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::domain::time::{MINUTE, SECOND};

/// When and how often people are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NotificationsConfig {
    /// Seconds that what is not URGENT waits for more about the same symbol or trader, to be told in one message. What
    /// moves a market mostly shows in several detectors within half a minute.
    pub group_window_seconds: u32,
    /// Most messages to one recipient in one interval; what is more is told in one digest. URGENT ones are counted apart
    /// from the others.
    pub most_per_interval: NonZeroU32,
    /// Length of the interval, minutes.
    pub interval_minutes: NonZeroU32,
    /// Most attempts to deliver one message over one channel. The usual ten take three hours.
    pub attempts: NonZeroU32,
    /// Seconds before the second attempt; from then on the wait doubles each time. A random part of up to a half is
    /// taken off, so that hosts do not come back together.
    pub first_retry_seconds: NonZeroU32,
    /// Longest wait between two attempts, minutes.
    pub longest_retry_minutes: NonZeroU32,
    /// What requests to recipients' webhooks are signed with, each `whsec_` and 24 to 64 bytes in Base64. To change a
    /// secret, list the old one and the new one until all receivers know the new one.
    pub webhook_secrets: Vec<Secret>,
    /// Whether recipients' webhooks may be in one's own network, and without encryption.
    pub allow_private: bool,
}

impl Default for NotificationsConfig {
    fn default() -> Self {
        let number = |number: u32| NonZeroU32::MIN.saturating_add(number - 1);
        Self {
            group_window_seconds: 30,
            most_per_interval: number(5),
            interval_minutes: number(10),
            attempts: number(10),
            first_retry_seconds: number(30),
            longest_retry_minutes: number(60),
            webhook_secrets: Vec::new(),
            allow_private: false,
        }
    }
}

impl NotificationsConfig {
    /// How long related alerts are waited for, microseconds.
    pub fn group_window(&self) -> i64 {
        i64::from(self.group_window_seconds) * SECOND
    }

    /// Length of the interval in which messages are counted, microseconds.
    pub fn interval(&self) -> i64 {
        i64::from(self.interval_minutes.get()) * MINUTE
    }

    /// Longest wait before an attempt, microseconds; the attempts before it are `attempts`, at least one.
    pub fn retry_after(&self, attempts: u32) -> i64 {
        let first = i64::from(self.first_retry_seconds.get()) * SECOND;
        let doubled = first.saturating_mul(1 << attempts.saturating_sub(1).min(30));
        doubled.min(self.longest_retry())
    }

    /// Longest wait between two attempts, microseconds.
    pub fn longest_retry(&self) -> i64 {
        i64::from(self.longest_retry_minutes.get()) * MINUTE
    }
}
