//! Which anomalies are put in, where and how large.

use super::super::{
    calendar::{self, Slot},
    random::Random,
};

/// Kinds of market anomalies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    PriceSpike,
    PriceDrop,
    VolumeSurge,
    SpreadExplosion,
    OpenInterest,
    ImpliedVolatility,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::PriceSpike => "PRICE_SPIKE",
            Self::PriceDrop => "PRICE_DROP",
            Self::VolumeSurge => "VOLUME_SURGE",
            Self::SpreadExplosion => "SPREAD_EXPLOSION",
            Self::OpenInterest => "OI_ANOMALY",
            Self::ImpliedVolatility => "IV_SPIKE",
        }
    }
}

/// How often a kind happens and what it looks like.
struct Habit {
    kind: Kind,
    /// Mean number in 30 sessions.
    in_30_sessions: f64,
    /// Range of sizes: standard deviations of a bar (price, open interest), times the usual (volume, spread), log change (IV).
    size: (f64, f64),
    /// The smallest size of the few that are hard to see; they reach up to the range of the others.
    hard: f64,
    /// Bars that it lasts.
    length: (usize, usize),
}

const HABITS: [Habit; 6] = [
    Habit { kind: Kind::PriceSpike, in_30_sessions: 23.0, size: (9.0, 26.0), hard: 5.5, length: (1, 3) },
    Habit { kind: Kind::PriceDrop, in_30_sessions: 21.0, size: (9.0, 26.0), hard: 5.5, length: (1, 3) },
    Habit { kind: Kind::VolumeSurge, in_30_sessions: 35.0, size: (7.0, 30.0), hard: 4.5, length: (1, 5) },
    Habit { kind: Kind::SpreadExplosion, in_30_sessions: 12.0, size: (4.0, 14.0), hard: 3.0, length: (1, 5) },
    Habit { kind: Kind::OpenInterest, in_30_sessions: 18.0, size: (10.0, 35.0), hard: 6.0, length: (1, 2) },
    Habit {
        kind: Kind::ImpliedVolatility,
        in_30_sessions: 15.0,
        size: (0.05, 0.14),
        hard: 0.025,
        length: (4, 4),
    },
];

/// Share of anomalies that are hard to see.
const HARD_SHARE: f64 = 0.05;

/// Bars between two anomalies of a symbol, at least.
const APART: usize = 25;

/// One anomaly put in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Injection {
    pub(super) kind: Kind,
    /// First bar.
    pub(super) start: usize,
    /// Bars.
    pub(super) length: usize,
    /// See [`Habit::size`].
    pub(super) size: f64,
}

impl Injection {
    pub(super) const fn end(&self) -> usize {
        self.start + self.length
    }
}

/// Draws the anomalies of a symbol, in time order, apart from each other and away from the ends of sessions.
pub(super) fn plan(random: &mut Random, slots: &[Slot]) -> Vec<Injection> {
    let sessions = slots.last().map_or(0, |slot| slot.session + 1);
    let quiet = calendar::quiet_sessions(sessions, 3);
    let mut wanted = Vec::new();
    for habit in &HABITS {
        let count = random.about(habit.in_30_sessions * (sessions - quiet) as f64 / 27.0);
        wanted.extend(std::iter::repeat_n(habit, count));
    }
    random.shuffle(&mut wanted);

    let mut taken = vec![false; slots.len()];
    let mut plan: Vec<Injection> = wanted
        .into_iter()
        .filter_map(|habit| {
            let length = random.whole(habit.length.0, habit.length.1);
            let start = find_place(random, &taken, quiet..sessions)?;
            let end = (start + length + APART).min(taken.len());
            taken[start.saturating_sub(APART)..end].fill(true);
            let size = if random.chance(HARD_SHARE) {
                random.between(habit.hard, habit.size.0)
            } else {
                random.log_between(habit.size.0, habit.size.1)
            };
            Some(Injection { kind: habit.kind, start, length, size })
        })
        .collect();
    plan.sort_by_key(|injection| injection.start);
    plan
}

/// A free bar after the first quarter of an hour and before the last; none if a hundred tries find none.
fn find_place(random: &mut Random, taken: &[bool], sessions: std::ops::Range<usize>) -> Option<usize> {
    (0..100)
        .map(|_| {
            let session = random.whole(sessions.start, sessions.end - 1);
            session * calendar::BARS + random.whole(15, calendar::BARS - 16)
        })
        .find(|&start| !taken[start])
}
