//! When markets are open: `--calendar FILE`, in TOML.
//!
//! ```toml
//! [default]                    # symbols that are not named; leave out to infer theirs
//! time_zone = "Asia/Kolkata"
//! open = "09:15"
//! close = "15:30"
//!
//! [symbols.BTCUSDT]
//! time_zone = "UTC"
//! open = "00:00"
//! close = "24:00"
//! ```

use std::{collections::BTreeMap, path::Path};

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::IngestError;

/// The calendars of a run; a symbol without one has its sessions inferred.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    default: Option<Calendar>,
    symbols: BTreeMap<String, Calendar>,
}

/// One market's opening hours.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Zone of the hours.
    pub(super) time_zone: TimeZone,
    /// First minute of a session, by the clock of the zone.
    pub(super) open: u32,
    /// Whether sessions run past midnight.
    pub(super) overnight: bool,
    hours: Hours,
}

/// How a symbol's sessions are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "rule")]
pub enum SessionRule {
    /// By a calendar.
    Calendar(Hours),
    /// Inferred: a session begins after a gap of over two hours.
    Gaps,
    /// Inferred: the market ran 24 hours without such a gap, so its sessions are UTC days.
    UtcDays {
        /// From when, microseconds since 1970 UTC.
        since: i64,
    },
}

/// Opening hours as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// IANA name.
    pub time_zone: String,
    /// `HH:MM`, by that zone's clock.
    pub open: String,
    /// `HH:MM`, up to 24:00; before `open` it is of the next day.
    pub close: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default: Option<Hours>,
    #[serde(default)]
    symbols: BTreeMap<String, Hours>,
}

impl Calendars {
    /// Reads calendars from TOML text; `path` is for messages.
    ///
    /// # Errors
    /// Returns [`IngestError::Calendar`] with the entry and what is wrong with it.
    pub fn parse(text: &str, path: &Path) -> Result<Self, IngestError> {
        let failed = |reason: String| IngestError::Calendar { path: path.into(), reason };
        let file: File = toml::from_str(text).map_err(|error| failed(error.to_string()))?;
        let resolve = |name: &str, hours: Hours| {
            Calendar::new(hours).map_err(|reason| failed(format!("{name}: {reason}")))
        };
        Ok(Self {
            default: file.default.map(|hours| resolve("default", hours)).transpose()?,
            symbols: file
                .symbols
                .into_iter()
                .map(|(symbol, hours)| Ok((symbol.clone(), resolve(&symbol, hours)?)))
                .collect::<Result<_, IngestError>>()?,
        })
    }

    /// The calendar of a symbol, if it has one.
    pub fn of(&self, symbol: &str) -> Option<&Calendar> {
        self.symbols.get(symbol).or(self.default.as_ref())
    }
}

impl Calendar {
    fn new(hours: Hours) -> Result<Self, String> {
        let time_zone = TimeZone::get(&hours.time_zone).map_err(|error| error.to_string())?;
        let (open, close) = (minute_of_day("open", &hours.open)?, minute_of_day("close", &hours.close)?);
        if open == 24 * 60 {
            return Err("open 24:00 is not a time a session can begin; write 00:00".to_owned());
        }
        if open == close {
            return Err(
                "open and close are the same; a market that never closes is 00:00 to 24:00".to_owned()
            );
        }
        Ok(Self { time_zone, open, overnight: close < open, hours })
    }

    /// As written.
    pub(super) fn rule(&self) -> SessionRule {
        SessionRule::Calendar(self.hours.clone())
    }
}

fn minute_of_day(name: &str, text: &str) -> Result<u32, String> {
    let parse = || {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
        (minute < 60 && hour <= 24 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
    };
    parse().ok_or_else(|| format!("{name} `{text}` is not a time of day such as 09:15"))
}
