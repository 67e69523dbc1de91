//! Time of day.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// Hour and minute by some clock, from 00:00 to 23:59.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime {
    minutes: u16,
}

impl ClockTime {
    /// The minute of the day of that number, the first being 0; `None` beyond the day.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes < 24 * 60).then_some(Self { minutes })
    }

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.minutes
    }
}

/// What is no time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time of day; write hours and minutes, as in 07:30")]
pub struct ClockTimeError(String);

impl FromStr for ClockTime {
    type Err = ClockTimeError;

    fn from_str(text: &str) -> Result<Self, ClockTimeError> {
        let part = |digits: &str, below: u16| {
            let number = digits.parse::<u16>().ok().filter(|number| *number < below);
            number.filter(|_| digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit()))
        };
        let time = text
            .split_once(':')
            .and_then(|(hours, minutes)| Some(Self { minutes: part(hours, 24)? * 60 + part(minutes, 60)? }));
        time.ok_or_else(|| ClockTimeError(text.to_owned()))
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl Serialize for ClockTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_time_of_day_are_one_to_one() {
        for minutes in 0..24 * 60 {
            let time = ClockTime::from_minutes(minutes).unwrap();
            assert_eq!(time.to_string().parse(), Ok(time));
        }
        assert_eq!(ClockTime::from_minutes(24 * 60), None);
        for wrong in ["", "7:30", "07:3", "24:00", "07:60", "+7:30", "07:30:00", "0730", "07:30 "] {
            assert!(wrong.parse::<ClockTime>().is_err(), "{wrong}");
        }
    }
}
