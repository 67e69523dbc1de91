//! Time as microseconds since 1970 UTC.

use jiff::Timestamp;

/// One second.
pub const SECOND: i64 = 1_000_000;

/// One minute.
pub const MINUTE: i64 = 60 * SECOND;

/// One hour.
pub const HOUR: i64 = 60 * MINUTE;

/// One day.
pub const DAY: i64 = 24 * HOUR;

/// RFC 3339 in UTC, with as many decimals as needed.
pub fn to_rfc3339(at: i64) -> String {
    Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}
