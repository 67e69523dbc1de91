//! Time as microseconds since 1970 UTC.

use jiff::{Timestamp, tz::TimeZone};

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

/// Day (since 1970-01-01) and minute of that day, by the clock of a time zone.
pub fn local_time(zone: &TimeZone, at: i64) -> (i64, u32) {
    let offset = Timestamp::from_microsecond(at).map_or(0, |time| zone.to_offset(time).seconds());
    let local = at.saturating_add(i64::from(offset) * SECOND);
    let minute = local.rem_euclid(DAY) / MINUTE;
    (local.div_euclid(DAY), u32::try_from(minute).unwrap_or(0))
}
