//! Which trading session a bar belongs to, and how far into it.
//!
//! With a calendar a session is one trading day of the market: `minute` counts from the open by the market's
//! clock; bars before the open count as minute 0, bars after the close count on. A session that runs past
//! midnight belongs to the day on which it opens.
//!
//! Without one it is inferred from what has been seen, never from what comes: a session begins after a gap
//! of over two hours (from one bar's close to the next bar's open), and `minute` counts from its first bar.
//! A market that has run 24 hours without such a gap is open round the clock: from then on its sessions are
//! UTC days and `minute` is the minute of the UTC day.

use super::calendar::{Calendar, SessionRule};
use crate::domain::time::{DAY, HOUR, MINUTE, local_time};

/// A longer pause than this ends a session.
const LONGEST_PAUSE: i64 = 2 * HOUR;

/// Tells the sessions of one symbol apart, bar by bar.
#[derive(Clone, Debug)]
pub struct SessionClock {
    calendar: Option<Calendar>,
    current: Option<Current>,
    round_the_clock_since: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    session: u32,
    /// Day number, where sessions are days.
    day: i64,
    started_at: i64,
    latest_close: i64,
}

impl SessionClock {
    /// A clock that follows `calendar`, or infers sessions without one.
    pub const fn new(calendar: Option<Calendar>) -> Self {
        Self { calendar, current: None, round_the_clock_since: None }
    }

    /// Session (from 0) and minute of the next bar, given its open and close time.
    pub fn next(&mut self, at: i64, close: i64) -> (u32, u32) {
        if let Some(calendar) = &self.calendar {
            let (day, minute) = trading_day(calendar, at);
            return (self.daily(day, at, close), minute);
        }
        let gap = self.current.is_none_or(|current| at - current.latest_close > LONGEST_PAUSE);
        let running = self.current.map_or(0, |current| at - current.started_at);
        if self.round_the_clock_since.is_none() && !gap && running >= DAY {
            self.round_the_clock_since = Some(at);
        }
        if self.round_the_clock_since.is_some() {
            let minute = minutes(at.rem_euclid(DAY));
            return (self.daily(at.div_euclid(DAY), at, close), minute);
        }
        let current = self.step(gap, NOT_DAILY, at, close);
        (current.session, minutes(at - current.started_at))
    }

    /// How this symbol's sessions were told apart so far.
    pub fn rule(&self) -> SessionRule {
        match (&self.calendar, self.round_the_clock_since) {
            (Some(calendar), _) => calendar.rule(),
            (None, Some(since)) => SessionRule::UtcDays { since },
            (None, None) => SessionRule::Gaps,
        }
    }

    fn daily(&mut self, day: i64, at: i64, close: i64) -> u32 {
        let new_day = self.current.is_none_or(|current| current.day != day);
        self.step(new_day, day, at, close).session
    }

    fn step(&mut self, begins: bool, day: i64, at: i64, close: i64) -> Current {
        let current = match self.current {
            Some(current) if !begins => Current { latest_close: close, ..current },
            previous => Current {
                session: previous.map_or(0, |previous| previous.session + 1),
                day,
                started_at: at,
                latest_close: close,
            },
        };
        self.current = Some(current);
        current
    }
}

/// Differs from every real day, so that a session by gaps ends where sessions by days begin.
const NOT_DAILY: i64 = i64::MIN;

/// The day whose session a time belongs to, and minutes since its open.
fn trading_day(calendar: &Calendar, at: i64) -> (i64, u32) {
    let (day, minute) = local_time(&calendar.time_zone, at);
    if calendar.overnight && minute < calendar.open {
        (day - 1, minute + 24 * 60 - calendar.open)
    } else {
        (day, minute.saturating_sub(calendar.open))
    }
}

fn minutes(span: i64) -> u32 {
    u32::try_from(span / MINUTE).unwrap_or(u32::MAX)
}
