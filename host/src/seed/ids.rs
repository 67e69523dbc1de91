//! Ids that are the same in every run.

use uuid::{Builder, Uuid};

use crate::domain::random::Random;

/// Version 7: the moment in milliseconds, and random bits.
pub(super) fn version_7(at: i64, random: &mut Random) -> Uuid {
    let bits = std::array::from_fn(|_| random.below(256) as u8);
    Builder::from_unix_timestamp_millis(at.unsigned_abs() / 1_000, &bits).into_uuid()
}
