//! The header `Retry-After` (RFC 9110, 10.2.3).

use jiff::fmt::rfc2822;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::domain::time::{DAY, SECOND, Timestamp};

/// Microseconds to wait from now on, at most a day.
pub fn read(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<i64>() {
        Ok(seconds) => seconds.saturating_mul(SECOND),
        Err(_) => rfc2822::parse(text).ok()?.timestamp().as_microsecond().saturating_sub(now.0),
    };
    Some(wait.clamp(0, DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(text: &str) -> Option<i64> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        // 1994-11-06T08:49:00Z.
        read(&headers, Timestamp(784_111_740 * SECOND))
    }

    #[test]
    fn seconds_and_dates_are_read_and_bounded() {
        assert_eq!(wait("120"), Some(120 * SECOND));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37 * SECOND));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(wait("99999999999999999"), Some(DAY));
        assert_eq!(wait("-5"), Some(0));
        assert_eq!(wait("soon"), None);
        assert_eq!(read(&HeaderMap::new(), Timestamp(0)), None);
    }
}
