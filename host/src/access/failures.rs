use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{
    domain::time::{MINUTE, Timestamp},
    service::ServiceError,
};

/// Most networks that are counted in a minute.
const MOST: usize = 100_000;

/// Bits of an IPv6 address that one owner usually has all values of.
const OWN_BITS: u32 = 64;

/// How often each network showed a wrong credential in this minute.
pub(super) struct Failures {
    most: u32,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    minute: i64,
    by_network: HashMap<IpAddr, u32>,
}

impl Failures {
    pub(super) fn new(most: NonZeroU32) -> Self {
        Self { most: most.get(), counted: Mutex::default() }
    }

    /// Goes on unless there were too many failures from there.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Overloaded`] until the minute is over.
    pub(super) fn check(&self, from: IpAddr, now: Timestamp) -> Result<(), ServiceError> {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counted.by_network.get(&network(from)).copied().unwrap_or_default();
        if counted.minute != now.0.div_euclid(MINUTE) || count < self.most {
            return Ok(());
        }
        let rest = MINUTE - now.0.rem_euclid(MINUTE);
        Err(ServiceError::Overloaded {
            reason: "too many wrong credentials came from your address".to_owned(),
            retry_after: Duration::from_micros(rest.unsigned_abs()),
        })
    }

    /// Counts one more.
    pub(super) fn count(&self, from: IpAddr, now: Timestamp) {
        let minute = now.0.div_euclid(MINUTE);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.minute != minute {
            *counted = Counted { minute, by_network: HashMap::new() };
        }
        if counted.by_network.len() < MOST {
            *counted.by_network.entry(network(from)).or_default() += 1;
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> OWN_BITS << OWN_BITS).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_until_the_minute_is_over() {
        let failures = Failures::new(NonZeroU32::MIN.saturating_add(1));
        let (one, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        for _ in 0..2 {
            failures.check(one, Timestamp(0)).unwrap();
            failures.count(one, Timestamp(0));
        }
        let refused = failures.check(one, Timestamp(MINUTE / 2)).unwrap_err();
        assert_eq!(refused.retry_after(), Some(Duration::from_secs(30)));
        failures.check(other, Timestamp(0)).unwrap();
        failures.check(one, Timestamp(MINUTE)).unwrap();
    }

    #[test]
    fn an_owner_of_many_addresses_is_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
