//! Reading times.

use jiff::Timestamp;

use super::time::{DAY, HOUR, MINUTE, SECOND};

/// Microseconds since 1970 UTC behind RFC 3339 with an offset (`T` or a space), or an integer of them. Digits
/// beyond the microsecond are cut. `None` for anything else.
pub fn parse(text: &[u8]) -> Option<i64> {
    parse_common(text).or_else(|| {
        let text = std::str::from_utf8(text).ok()?;
        match text.parse::<i64>() {
            Ok(at) => within_range(at),
            Err(_) => text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond),
        }
    })
}

/// The time, if a calendar can show it.
pub fn within_range(at: i64) -> Option<i64> {
    Timestamp::from_microsecond(at).ok().map(|_| at)
}

/// `YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM)`, the shape nearly all files use. Digits beyond the
/// microsecond are cut.
fn parse_common(text: &[u8]) -> Option<i64> {
    if text.len() < 20
        || text[4] != b'-'
        || text[7] != b'-'
        || !matches!(text[10], b'T' | b't' | b' ')
        || text[13] != b':'
        || text[16] != b':'
    {
        return None;
    }
    let days = days_since_1970(digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..10])?)?;
    let (hour, minute, second) = (digits(&text[11..13])?, digits(&text[14..16])?, digits(&text[17..19])?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, rest) = split_fraction(&text[19..])?;
    let local = days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + fraction;
    Some(local - offset(rest)?)
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar; `None` if there is no such day.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    // Years that begin in March, so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before_year = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(before_year + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// The microseconds behind a decimal point, and what follows them.
fn split_fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else { return Some((0, text)) };
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let micros = (0..6)
        .fold(0, |value, place| value * 10 + if place < count { i64::from(text[place] - b'0') } else { 0 });
    Some((micros, &text[count..]))
}

fn offset(text: &[u8]) -> Option<i64> {
    match *text {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[h1, h2])?, digits(&[m1, m2])?);
            let size = (hours < 24 && minutes < 60).then_some(hours * HOUR + minutes * MINUTE)?;
            Some(if sign == b'-' { -size } else { size })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn times_survive_being_written(at in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let text = Timestamp::from_microsecond(at).unwrap().to_string();
            prop_assert_eq!(parse(text.as_bytes()), Some(at));
            prop_assert_eq!(parse_common(text.as_bytes()), Some(at));
        }
    }
}
