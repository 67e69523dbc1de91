//! Time as microseconds since 1970 UTC.

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::rfc3339;

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

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Moment)
    }
}

/// Reads RFC 3339 with an offset, or a whole number of microseconds since 1970 UTC.
struct Moment;

impl de::Visitor<'_> for Moment {
    type Value = Timestamp;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(
            "RFC 3339 with an offset, as in 2026-01-31T09:15:00+05:30, or whole microseconds since 1970 UTC",
        )
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        let parsed = rfc3339::parse(text.as_bytes()).map(Timestamp);
        parsed.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_i64<E: de::Error>(self, at: i64) -> Result<Timestamp, E> {
        let parsed = rfc3339::within_range(at).map(Timestamp);
        parsed.ok_or_else(|| E::invalid_value(de::Unexpected::Signed(at), &self))
    }

    fn visit_u64<E: de::Error>(self, at: u64) -> Result<Timestamp, E> {
        let parsed = i64::try_from(at).ok().and_then(rfc3339::within_range).map(Timestamp);
        parsed.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(at), &self))
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
