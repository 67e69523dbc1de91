//! Sessions, with and without a calendar.

use std::path::Path;

use proptest::prelude::*;

use crate::{
    domain::time::{DAY, HOUR, MINUTE},
    ingest::{Calendars, SessionClock, SessionRule},
};

fn calendar(text: &str) -> Calendars {
    Calendars::parse(text, Path::new("calendar.toml")).unwrap()
}

/// Session and minute at each time, bars of one minute.
fn sessions(clock: &mut SessionClock, times: &[i64]) -> Vec<(u32, u32)> {
    times.iter().map(|&at| clock.next(at, at + MINUTE)).collect()
}

#[test]
fn a_gap_of_over_two_hours_starts_a_session() {
    let mut clock = SessionClock::new(None);
    let times = [0, MINUTE, 2 * HOUR + 2 * MINUTE, 4 * HOUR + 4 * MINUTE, 4 * HOUR + 5 * MINUTE];
    assert_eq!(sessions(&mut clock, &times), [(0, 0), (0, 1), (0, 122), (1, 0), (1, 1)]);
    assert_eq!(clock.rule(), SessionRule::Gaps);
}

#[test]
fn a_market_that_ran_a_day_without_a_gap_has_utc_days_from_then_on() {
    let start = 22 * HOUR;
    let times: Vec<_> = (0..30).map(|hour| start + hour * HOUR).collect();
    let mut clock = SessionClock::new(None);
    let sessions = sessions(&mut clock, &times);
    assert_eq!(sessions[23], (0, 23 * 60));
    assert_eq!(sessions[24], (1, 22 * 60));
    assert_eq!(sessions[26], (2, 0));
    assert_eq!(clock.rule(), SessionRule::UtcDays { since: start + DAY });
    assert_eq!(clock.next(start + 40 * HOUR, start + 40 * HOUR + MINUTE), (2, 14 * 60));
}

#[test]
fn a_calendar_counts_minutes_from_the_open_by_the_local_clock() {
    let calendars =
        calendar("[default]\ntime_zone = \"America/New_York\"\nopen = \"09:30\"\nclose = \"16:00\"\n");
    let mut clock = SessionClock::new(calendars.of("ANY").cloned());
    let at = |text: &str| crate::domain::rfc3339::parse(text.as_bytes()).unwrap();
    let times = [
        at("2024-03-08T14:00:00Z"), // before the open
        at("2024-03-08T14:30:00Z"),
        at("2024-03-08T21:30:00Z"), // after the close
        at("2024-03-11T13:30:00Z"), // daylight saving began
    ];
    assert_eq!(sessions(&mut clock, &times), [(0, 0), (0, 0), (0, 420), (1, 0)]);
    let SessionRule::Calendar(hours) = clock.rule() else { panic!("a calendar was given") };
    assert_eq!((hours.time_zone.as_str(), hours.open.as_str()), ("America/New_York", "09:30"));
}

#[test]
fn a_session_over_midnight_belongs_to_the_day_it_opens() {
    let calendars = calendar(
        "[symbols.ES]\ntime_zone = \"UTC\"\nopen = \"23:00\"\nclose = \"22:00\"\n\
         [symbols.BTC]\ntime_zone = \"UTC\"\nopen = \"00:00\"\nclose = \"24:00\"\n",
    );
    let mut clock = SessionClock::new(calendars.of("ES").cloned());
    assert_eq!(
        sessions(&mut clock, &[23 * HOUR, 25 * HOUR, DAY + 21 * HOUR, DAY + 23 * HOUR]),
        [(0, 0), (0, 120), (0, 22 * 60), (1, 0)]
    );
    let mut clock = SessionClock::new(calendars.of("BTC").cloned());
    assert_eq!(sessions(&mut clock, &[HOUR, DAY - MINUTE, DAY]), [(0, 60), (0, 1439), (1, 0)]);
    assert!(calendars.of("OTHER").is_none());
}

#[test]
fn a_wrong_calendar_says_where() {
    let hours = |zone: &str, open: &str, close: &str| {
        format!("[symbols.A]\ntime_zone = \"{zone}\"\nopen = \"{open}\"\nclose = \"{close}\"\n")
    };
    for (text, expected) in [
        (hours("Mars/Olympus", "09:00", "10:00"), "A: "),
        (hours("UTC", "9", "10:00"), "A: open `9` is not a time of day such as 09:15"),
        (hours("UTC", "09:00", "24:01"), "A: close `24:01`"),
        (hours("UTC", "09:00", "09:00"), "A: open and close are the same"),
        ("[default]\ntimezone = \"UTC\"\n".to_owned(), "unknown field `timezone`"),
    ] {
        let error = Calendars::parse(&text, Path::new("calendar.toml")).unwrap_err().to_string();
        assert!(error.starts_with("calendar calendar.toml: ") && error.contains(expected), "{error}");
    }
}

proptest! {
    #[test]
    fn sessions_never_go_back_and_minutes_grow_within_them(gaps in prop::collection::vec(1_i64..300, 1..400)) {
        let mut clock = SessionClock::new(None);
        let mut at = 5 * HOUR;
        let mut previous = (0, 0);
        for gap in gaps {
            at += gap * MINUTE;
            let next = clock.next(at, at + MINUTE);
            prop_assert!(next >= previous, "{next:?} after {previous:?}");
            previous = next;
        }
    }
}
