//! One cell of an input table, whatever the file's format.

use super::reject::Reason;
use crate::domain::rfc3339;

/// What a file holds at one row and column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    /// Nothing: not known.
    Empty,
    /// Text, without the blanks around it.
    Text(&'a [u8]),
    /// An integer; microseconds since 1970 UTC in a time column.
    Integer(i64),
    /// A number that is not NaN.
    Number(f64),
}

const TIME: &str = "RFC 3339 with an offset, or an integer of microseconds since 1970 UTC";

impl<'a> Cell<'a> {
    /// A cell of a text file.
    pub(super) fn from_text(text: &'a [u8]) -> Self {
        let text = text.trim_ascii();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The time in a cell that must hold one.
    pub(super) fn time(self, column: &'static str) -> Result<i64, Reason> {
        let time = match self {
            Self::Empty => return Err(Reason::Missing(column)),
            Self::Text(text) => rfc3339::parse(text),
            Self::Integer(at) => rfc3339::within_range(at),
            Self::Number(_) => None,
        };
        time.ok_or_else(|| self.unreadable(column, TIME))
    }

    /// The number in a cell; NaN where it is empty.
    pub(super) fn number(self, column: &'static str) -> Result<f64, Reason> {
        let number = match self {
            Self::Empty => return Ok(f64::NAN),
            Self::Text(text) => parse_number(text),
            Self::Integer(value) => Some(value as f64),
            Self::Number(value) => Some(value).filter(|value| value.is_finite()),
        };
        number.ok_or_else(|| self.unreadable(column, "a finite number"))
    }

    /// A number above zero; NaN where the cell is empty.
    pub(super) fn positive(self, column: &'static str) -> Result<f64, Reason> {
        let value = self.number(column)?;
        if value <= 0.0 { Err(Reason::NotPositive(column, value)) } else { Ok(value) }
    }

    /// A number of zero or more; NaN where the cell is empty.
    pub(super) fn not_negative(self, column: &'static str) -> Result<f64, Reason> {
        let value = self.number(column)?;
        if value < 0.0 { Err(Reason::Negative(column, value)) } else { Ok(value) }
    }

    /// The text in a cell that must hold some.
    pub(super) fn text(self, column: &'static str) -> Result<&'a str, Reason> {
        self.optional_text(column)?.ok_or(Reason::Missing(column))
    }

    /// The text in a cell, if any.
    pub(super) fn optional_text(self, column: &'static str) -> Result<Option<&'a str>, Reason> {
        match self {
            Self::Empty => Ok(None),
            Self::Text(text) => {
                std::str::from_utf8(text).map(Some).map_err(|_| self.unreadable(column, "UTF-8 text"))
            }
            Self::Integer(_) | Self::Number(_) => Err(self.unreadable(column, "text")),
        }
    }

    /// The reason for leaving out a row whose cell is not what was `expected`.
    pub(super) fn unreadable(self, column: &'static str, expected: &'static str) -> Reason {
        const SHOWN: usize = 60;
        let found = match self {
            Self::Empty => String::new(),
            Self::Text(text) => String::from_utf8_lossy(&text[..text.len().min(SHOWN)]).into_owned(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
        };
        Reason::Unreadable(column, expected, found.into())
    }
}

/// Fails with [`Reason::Missing`] where a required number is not known.
pub(super) fn known(value: f64, column: &'static str) -> Result<f64, Reason> {
    if value.is_nan() { Err(Reason::Missing(column)) } else { Ok(value) }
}

/// A finite decimal number, correctly rounded.
fn parse_number(text: &[u8]) -> Option<f64> {
    parse_short_decimal(text).or_else(|| {
        let value = std::str::from_utf8(text).ok()?.parse::<f64>().ok()?;
        value.is_finite().then_some(value)
    })
}

/// Plain decimals of up to 15 digits: digits and power of ten are both exact in f64, so one division rounds
/// correctly (Clinger 1990, "How to read floating point numbers accurately").
fn parse_short_decimal(text: &[u8]) -> Option<f64> {
    const LONGEST: usize = 15;
    const POWERS: [f64; LONGEST + 1] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mut mantissa, mut count, mut point) = (0_u64, 0, None);
    for &byte in text {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    if !(1..=LONGEST).contains(&count) {
        return None;
    }
    let value = mantissa as f64 / POWERS[count - point.unwrap_or(count)];
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Option<i64> {
        Cell::from_text(text.as_bytes()).time("timestamp").ok()
    }

    #[test]
    fn times_may_be_rfc_3339_with_an_offset_or_microseconds() {
        let at = 1_704_080_700_000_000;
        for text in [
            "2024-01-01T09:15:00+05:30",
            "2024-01-01 09:15:00+05:30",
            "2024-01-01T03:45:00Z",
            "2024-01-01t03:45:00.000z",
            "2023-12-31T22:45:00-05:00",
            "1704080700000000",
            " 2024-01-01T03:45:00.0000009Z ",
        ] {
            assert_eq!(time(text), Some(at), "{text}");
        }
        assert_eq!(time("1970-01-01T00:00:00.000001Z"), Some(1));
        assert_eq!(time("1969-12-31T23:59:59.5Z"), Some(-500_000));
    }

    #[test]
    fn other_times_are_refused() {
        for text in [
            "",
            "now",
            "2024-01-01",
            "2024-01-01T09:15:00",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:61:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+05:99",
            "1.5",
            "99999999999999999999",
            "9223372036854775807",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_must_be_finite() {
        let number = |text: &str| Cell::from_text(text.as_bytes()).number("close");
        assert_eq!(number("-12.50"), Ok(-12.5));
        assert_eq!(number("1e-3"), Ok(0.001));
        assert!(number("").is_ok_and(f64::is_nan));
        for text in ["NaN", "inf", "-Infinity", "1,000", "1.2.3", ".", "-", "1e999", "0x10"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_read_as_the_standard_library_reads_them(digits in "-?[0-9]{1,17}(\\.[0-9]{0,17})?(e-?[0-9]{1,2})?") {
            prop_assert_eq!(parse_number(digits.as_bytes()).map(f64::to_bits), digits.parse::<f64>().ok().map(f64::to_bits));
        }
    }
}
