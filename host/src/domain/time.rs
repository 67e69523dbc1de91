//! Time as microseconds since 1970 UTC.

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

/// A moment: microseconds since 1970 UTC. As text it is RFC 3339.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The machine's clock.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&to_rfc3339(self.0))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

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
    jiff::Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}

/// Day (since 1970-01-01) and minute of that day, by the clock of a time zone.
pub fn local_time(zone: &TimeZone, at: i64) -> (i64, u32) {
    let offset = jiff::Timestamp::from_microsecond(at).map_or(0, |time| zone.to_offset(time).seconds());
    let local = at.saturating_add(i64::from(offset) * SECOND);
    let minute = local.rem_euclid(DAY) / MINUTE;
    (local.div_euclid(DAY), u32::try_from(minute).unwrap_or(0))
}
