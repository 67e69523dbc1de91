//! Trading sessions: weekdays, 390 one-minute bars each.

use super::random::Random;
use crate::domain::time::{DAY, HOUR, MINUTE};

/// Bars in a session.
pub(super) const BARS: usize = 390;

/// Monday 2026-01-05, 09:15 in India.
const FIRST_OPEN: i64 = 1_767_571_200_000_000 + 3 * HOUR + 45 * MINUTE;

/// The place of a bar.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    /// Open time, microseconds since 1970 UTC.
    pub(super) at: i64,
    /// Session, from 0.
    pub(super) session: usize,
    /// Minute of the session; steps over bars that never were.
    pub(super) minute: usize,
}

/// Opening time of a session: five of seven days.
pub(super) fn open_of(session: usize) -> i64 {
    let weeks = (session / 5) as i64;
    let weekday = (session % 5) as i64;
    FIRST_OPEN + (7 * weeks + weekday) * DAY
}

/// The bars of a symbol. Now and then one is missing or trading halts for minutes; a session is prolonged until it has all its bars.
pub(super) fn slots(random: &mut Random, days: usize) -> Vec<Slot> {
    let mut slots = Vec::with_capacity(days * BARS);
    for session in 0..days {
        let mut minute = 0;
        let halt_at = if random.chance(0.12) { random.whole(30, 350) } else { BARS };
        for bar in 0..BARS {
            if bar == halt_at {
                minute += random.whole(4, 15);
            } else if bar > 0 && random.chance(0.0008) {
                minute += 1;
            }
            slots.push(Slot { at: open_of(session) + minute as i64 * MINUTE, session, minute });
            minute += 1;
        }
    }
    slots
}

/// Sessions without injected anomalies at the beginning, so that there is history before the first.
pub(super) fn quiet_sessions(days: usize, wanted: usize) -> usize {
    wanted.min(days / 3)
}
