//! Ids of records: UUIDs of version 7 (RFC 9562), which sort by when they were made.

use uuid::{Builder, Uuid};

use super::random::Random;

/// An id made at a moment, microseconds since 1970 UTC; the rest of its bits are random.
pub fn version_7(at: i64, random: &mut Random) -> Uuid {
    let bits = std::array::from_fn(|_| random.below(256) as u8);
    Builder::from_unix_timestamp_millis(at.unsigned_abs() / 1_000, &bits).into_uuid()
}
