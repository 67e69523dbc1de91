use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::Credential;
use crate::service::ServiceError;

/// Charges between two looks for callers that can be forgotten.
const LOOK_EVERY: u32 = 1_024;

/// Most callers that are counted at a time.
const MOST: usize = 100_000;

/// What callers have asked for lately. Each has a bucket that fills with so many requests a second and holds a burst.
pub(super) struct Charges {
    buckets: DefaultKeyedRateLimiter<Credential>,
    clock: DefaultClock,
    charged: AtomicU32,
}

impl Charges {
    pub(super) fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            buckets: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            charged: AtomicU32::new(0),
        }
    }

    /// Takes `units` out of the caller's bucket.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Overloaded`] if it does not hold as many now, [`ServiceError::Invalid`] if it never does.
    pub(super) fn charge(&self, credential: &Credential, units: u32) -> Result<(), ServiceError> {
        let Some(units) = NonZeroU32::new(units) else { return Ok(()) };
        if self.charged.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK_EVERY) {
            self.buckets.retain_recent();
        }
        if self.buckets.len() >= MOST {
            return Err(overloaded(Duration::from_secs(1)));
        }
        let Ok(charged) = self.buckets.check_key_n(credential, units) else {
            return Err(ServiceError::invalid("request", format!("{units} operations at once are too many")));
        };
        charged.map_err(|not_until| overloaded(not_until.wait_time_from(self.clock.now())))
    }
}

fn overloaded(retry_after: Duration) -> ServiceError {
    ServiceError::Overloaded { reason: "you ask for more than your limit allows".to_owned(), retry_after }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charges() -> Charges {
        let one = NonZeroU32::MIN;
        Charges::new(one, one.saturating_add(2))
    }

    #[test]
    fn a_burst_is_let_through_and_no_more() {
        let charges = charges();
        charges.charge(&Credential::Development, 2).unwrap();
        charges.charge(&Credential::Development, 1).unwrap();
        let refused = charges.charge(&Credential::Development, 1).unwrap_err();
        assert!(refused.retry_after().is_some_and(|wait| wait <= Duration::from_secs(1)), "{refused:?}");
    }

    #[test]
    fn callers_do_not_pay_for_each_other() {
        let charges = charges();
        let token = |subject: &str| Credential::Token { issuer: "i".into(), subject: subject.into() };
        charges.charge(&token("a"), 3).unwrap();
        charges.charge(&token("b"), 3).unwrap();
        charges.charge(&token("a"), 1).unwrap_err();
    }

    #[test]
    fn more_than_a_burst_is_never_let_through() {
        let refused = charges().charge(&Credential::Development, 4).unwrap_err();
        assert_eq!((refused.code(), refused.retry_after()), ("INVALID", None));
    }
}
