//! Which requests are repeated, and when, as Anthropic's own clients do it.

use std::time::Duration;

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName},
};

/// Longest wait that is worth it, whoever asks for it.
const LONGEST: Duration = Duration::from_secs(60);

/// Longest wait where the API does not say.
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// Share of a wait that chance may take off, so that hosts do not come back together.
const JITTER: f64 = 0.25;

/// Whether a request that failed is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// It would fail again.
    Never,
    /// After so long, or as usual.
    After(Option<Duration>),
}

/// What the API says about repeating a request that it answered with this status.
pub(super) fn again(status: StatusCode, headers: &HeaderMap) -> Again {
    let passing = matches!(status.as_u16(), 408 | 409 | 429) || status.is_server_error();
    let repeat = match text(headers, "x-should-retry") {
        Some("true") => true,
        Some("false") => false,
        _ => passing,
    };
    match asked(headers) {
        _ if !repeat => Again::Never,
        Some(wait) if wait > LONGEST => Again::Never,
        wait => Again::After(wait),
    }
}

/// The wait that the API asks for.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let number = |name, scale: f64| {
        let number: f64 = text(headers, name)?.trim().parse().ok()?;
        Duration::try_from_secs_f64(number * scale).ok()
    };
    number("retry-after-ms", 0.001).or_else(|| number("retry-after", 1.0))
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    headers.get(HeaderName::from_static(name))?.to_str().ok()
}

/// The usual wait before a repetition, the first being 0: doubled each time, shortened by chance, which is 0 to 1.
pub(super) fn backoff(first: Duration, repetition: u32, chance: f64) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(repetition.min(16)));
    doubled.min(LONGEST_BACKOFF).mul_f64(1.0 - JITTER * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, headers: &[(&'static str, &str)]) -> Again {
        let headers =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        again(StatusCode::from_u16(status).unwrap(), &headers.collect())
    }

    #[test]
    fn passing_failures_are_repeated_and_others_are_not() {
        for status in [408, 409, 429, 500, 503, 529] {
            assert_eq!(said(status, &[]), Again::After(None), "{status}");
        }
        for status in [400, 401, 403, 404, 413] {
            assert_eq!(said(status, &[]), Again::Never, "{status}");
        }
    }

    #[test]
    fn the_api_has_the_last_word() {
        assert_eq!(said(529, &[("x-should-retry", "false")]), Again::Never);
        assert_eq!(said(400, &[("x-should-retry", "true")]), Again::After(None));
        let milliseconds = said(429, &[("retry-after-ms", "250"), ("retry-after", "9")]);
        assert_eq!(milliseconds, Again::After(Some(Duration::from_millis(250))));
        assert_eq!(said(429, &[("retry-after", "2")]), Again::After(Some(Duration::from_secs(2))));
        assert_eq!(said(429, &[("retry-after", "3600")]), Again::Never);
        assert_eq!(said(429, &[("retry-after", "soon")]), Again::After(None));
        assert_eq!(said(429, &[("retry-after", "-1")]), Again::After(None));
    }

    #[test]
    fn waits_double_up_to_a_bound_and_chance_shortens_them() {
        let wait = |repetition, chance| backoff(Duration::from_millis(500), repetition, chance).as_millis();
        assert_eq!([wait(0, 0.0), wait(1, 0.0), wait(2, 0.0)], [500, 1_000, 2_000]);
        assert_eq!([wait(9, 0.0), wait(99, 0.0)], [8_000, 8_000]);
        assert_eq!(wait(0, 1.0), 375);
    }
}
