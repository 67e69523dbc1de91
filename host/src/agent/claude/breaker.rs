use crate::{
    agent::{Failure, FailureKind},
    config::AgentConfig,
    domain::time::{SECOND, Timestamp},
};

/// Leaves the model alone for a while once it failed several times in a row.
pub(super) struct Breaker {
    most: u32,
    pause: i64,
    spend_limit_pause: i64,
    failures: u32,
    until: Timestamp,
}

impl Breaker {
    pub(super) fn new(config: &AgentConfig) -> Self {
        Self {
            most: config.breaker_failures.get(),
            pause: i64::from(config.breaker_seconds.get()) * SECOND,
            spend_limit_pause: i64::from(config.spend_limit_seconds.get()) * SECOND,
            failures: 0,
            until: Timestamp(i64::MIN),
        }
    }

    /// Refuses a request while the model is left alone.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Failure> {
        if now >= self.until {
            return Ok(());
        }
        let reason = format!("the model is left alone until {} after it failed", self.until);
        Err(Failure::new(FailureKind::BreakerOpen, reason))
    }

    /// Takes note of how a request ended. After a pause, one more failure begins the next.
    pub(super) fn note(&mut self, failure: Option<FailureKind>, now: Timestamp) {
        match failure {
            Some(FailureKind::SpendLimit) => {
                self.until = Timestamp(now.0.saturating_add(self.spend_limit_pause));
            }
            Some(
                FailureKind::Timeout
                | FailureKind::Connection
                | FailureKind::RateLimited
                | FailureKind::Overloaded
                | FailureKind::Server
                | FailureKind::Rejected
                | FailureKind::Malformed,
            ) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures >= self.most {
                    self.until = Timestamp(now.0.saturating_add(self.pause));
                }
            }
            // Own bounds say nothing about the model.
            Some(FailureKind::Budget | FailureKind::Queue) => {}
            _ => self.failures = 0,
        }
    }
}
