//! What time of day it is for a quantity: the seasonal profile of a session.

use crate::{
    math::{exp, ln},
    types::WarmUp,
};

/// A profile is known in steps of this many minutes: fine enough for the open, coarse enough that three
/// five-minute bars fall into one.
const BUCKET_MINUTES: u32 = 15;

/// Buckets of one day; later minutes belong to the last.
const BUCKETS: usize = 96;

/// Sessions that are remembered: two weeks.
const SESSIONS: usize = 10;

/// Sizes are multiplied up before one logarithm is taken of them; beyond this or its inverse, at once.
const LARGEST_PRODUCT: f64 = 1e200;

/// A size beyond this or its inverse is taken for an error.
const LARGEST_SIZE: f64 = 1e100;

type Shape = [f64; BUCKETS];

/// What a time of day usually does to a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Season {
    /// Added to the quantity's logarithm.
    pub offset: f64,
    /// The same as a factor, `exp(offset)`.
    pub factor: f64,
}

const NO_SEASON: Season = Season { offset: 0.0, factor: 1.0 };

/// How far the logarithm of a quantity usually is from its session's mean at this time of day, learned from
/// the sessions before.
///
/// For each session and bucket the mean logarithm is kept, less the session's mean; the profile is the median
/// over sessions, shrunk by `n / (n + 1)` while only `n` sessions know the bucket (none: 0, so a new symbol
/// has a flat profile), smoothed over neighbours with the weights 1/8, 3/4, 1/8. A wild session, a half
/// session or a single wild bar does not bend it.
///
/// - Units: those of the quantity in, logarithmic offsets and factors out.
/// - Warm-up: determined by the last ten whole sessions; see [`Profile::warm_up`].
/// - NaN: a size that is not positive or not finite is not learned; the answer is never NaN.
/// - Cost: O(1) for a bar without a logarithm, O(buckets * sessions) once a session.
/// - Source: multiplicative intraday periodicity, Andersen and Bollerslev 1997; robust estimation of it by
///   medians over days, Boudt, Croux and Laurent 2011.
#[derive(Clone, Debug)]
pub struct Profile {
    /// One shape for each of the last sessions, a ring once it is full; NaN where a session has no value.
    past: Vec<Shape>,
    oldest: usize,
    expected: [Season; BUCKETS],
    session: Option<u32>,
    /// Bucket of the last bar, and the product of its sizes since its sum of logarithms was brought up to date.
    bucket: usize,
    product: f64,
    sums: Shape,
    counts: [u32; BUCKETS],
}

impl Profile {
    /// A flat profile.
    pub fn new() -> Self {
        Self {
            past: Vec::new(),
            oldest: 0,
            expected: [NO_SEASON; BUCKETS],
            session: None,
            bucket: 0,
            product: 1.0,
            sums: [0.0; BUCKETS],
            counts: [0; BUCKETS],
        }
    }

    /// What determines a memory of `rows` values that were freed of the time of day: the profile must be whole
    /// before the memory begins. Four more sessions hold 5,000 bars of a minute around the clock; markets with
    /// shorter sessions, up to 400 bars, are covered by rows.
    pub const fn warm_up(rows: u32) -> WarmUp {
        WarmUp { rows: 400 * SESSIONS as u32 + rows, sessions: SESSIONS as u32 + 4 }
    }

    /// What past sessions say about this minute of the session, then learns the quantity's `size`.
    pub fn push(&mut self, session: u32, minute: u32, size: f64) -> Season {
        let bucket = ((minute / BUCKET_MINUTES) as usize).min(BUCKETS - 1);
        if self.session != Some(session) || self.bucket != bucket {
            self.take_logarithm();
            if self.session.is_some_and(|last| last != session) {
                self.close_session();
            }
            (self.session, self.bucket) = (Some(session), bucket);
        }
        if size > 1.0 / LARGEST_SIZE && size < LARGEST_SIZE {
            self.counts[bucket] += 1;
            self.product *= size;
            if self.product < 1.0 / LARGEST_PRODUCT || self.product > LARGEST_PRODUCT {
                self.take_logarithm();
            }
        }
        self.expected[bucket]
    }

    fn take_logarithm(&mut self) {
        self.sums[self.bucket] += ln(self.product);
        self.product = 1.0;
    }

    fn close_session(&mut self) {
        let Some(shape) = self.session_shape() else { return };
        if self.past.len() < SESSIONS {
            self.past.push(shape);
        } else {
            self.past[self.oldest] = shape;
            self.oldest = (self.oldest + 1) % SESSIONS;
        }
        self.expected = seasons(&std::array::from_fn(|bucket| self.median_over_sessions(bucket)));
        self.sums = [0.0; BUCKETS];
        self.counts = [0; BUCKETS];
    }

    /// Bucket means of the session that ends, around their own mean; `None` if it had no values.
    fn session_shape(&self) -> Option<Shape> {
        let means: Shape = std::array::from_fn(|bucket| self.sums[bucket] / f64::from(self.counts[bucket]));
        let known = means.iter().filter(|mean| !mean.is_nan());
        let (count, sum) = known.fold((0_u32, 0.0), |(count, sum), mean| (count + 1, sum + mean));
        (count > 0).then(|| means.map(|mean| mean - sum / f64::from(count)))
    }

    /// NaN for a bucket that no session knows.
    fn median_over_sessions(&self, bucket: usize) -> f64 {
        let mut values = [0.0; SESSIONS];
        let mut count = 0;
        for value in self.past.iter().map(|shape| shape[bucket]).filter(|value| !value.is_nan()) {
            values[count] = value;
            count += 1;
        }
        if count == 0 {
            return f64::NAN;
        }
        values[..count].sort_unstable_by(f64::total_cmp);
        let median = values[(count - 1) / 2].midpoint(values[count / 2]);
        median * count as f64 / (count as f64 + 1.0)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::new()
    }
}

/// Each bucket with an eighth of either neighbour, itself standing in for one that is not known. More would
/// blur the steps of a day: an opening, a fixing, the last minutes.
fn seasons(shape: &Shape) -> [Season; BUCKETS] {
    std::array::from_fn(|bucket| {
        let own = shape[bucket];
        if own.is_nan() {
            return NO_SEASON;
        }
        let neighbour =
            |index: usize| shape.get(index).copied().filter(|value| !value.is_nan()).unwrap_or(own);
        let (before, after) = (neighbour(bucket.wrapping_sub(1)), neighbour(bucket + 1));
        let offset = 0.125 * before + 0.75 * own + 0.125 * after;
        Season { offset, factor: exp(offset) }
    })
}

#[cfg(test)]
mod tests {
    use super::{NO_SEASON, Profile};

    /// Three hours, of which the middle one has a tenth of the others.
    fn size(minute: u32) -> f64 {
        if minute / 60 == 1 { 10.0 } else { 100.0 }
    }

    fn learn(profile: &mut Profile, session: u32, size: impl Fn(u32) -> f64) {
        for minute in 0..180 {
            profile.push(session, minute, size(minute));
        }
    }

    #[test]
    fn flat_until_a_session_is_over() {
        let mut profile = Profile::new();
        assert!((0..180).all(|minute| profile.push(0, minute, size(minute)) == NO_SEASON));
        assert!(profile.push(1, 90, 10.0).factor < 0.6);
    }

    #[test]
    fn tells_busy_hours_from_quiet_ones_whatever_the_level_of_the_day() {
        let mut profile = Profile::new();
        for session in 0..20 {
            learn(&mut profile, session, |minute| size(minute) * f64::from(session + 1));
        }
        let difference = profile.push(20, 30, 1.0).offset - profile.push(20, 90, 1.0).offset;
        let shrunk = crate::math::ln(10.0) * 10.0 / 11.0;
        assert!((difference - shrunk).abs() < 1e-9, "{difference}: a factor of ten, shrunk by ten elevenths");
    }

    #[test]
    fn one_wild_session_does_not_bend_it() {
        let (mut calm, mut struck) = (Profile::new(), Profile::new());
        for session in 0..9 {
            learn(&mut calm, session, size);
            learn(&mut struck, session, |minute| {
                if session == 4 { f64::from(minute % 7) + 0.1 } else { size(minute) }
            });
        }
        assert!((calm.push(9, 90, 1.0).offset - struck.push(9, 90, 1.0).offset).abs() < 1e-9);
    }

    #[test]
    fn sessions_that_dropped_out_are_forgotten() {
        let (mut old, mut new) = (Profile::new(), Profile::new());
        learn(&mut old, 0, f64::from);
        for session in 1..=10 {
            learn(&mut old, session, size);
            learn(&mut new, session, size);
        }
        assert_eq!(old.push(11, 90, 1.0), new.push(11, 90, 1.0));
    }

    #[test]
    fn tiny_and_huge_sizes_do_not_overflow() {
        let mut profile = Profile::new();
        learn(&mut profile, 0, |minute| if minute < 90 { 1e-90 } else { 1e90 });
        let (low, high) = (profile.push(1, 0, 1.0), profile.push(1, 130, 1.0));
        assert!((high.offset - low.offset - 90.0 * crate::math::ln(10.0)).abs() < 1e-6);
    }

    #[test]
    fn missing_values_and_minutes_past_a_day_are_harmless() {
        let mut profile = Profile::new();
        for session in 0..3 {
            for nothing in [f64::NAN, 0.0, -1.0, f64::INFINITY] {
                profile.push(session, 10, nothing);
            }
            profile.push(session, 5000, 1.0);
        }
        assert_eq!(profile.push(3, 10, 1.0), NO_SEASON);
        assert!(profile.push(3, u32::MAX, 1.0).factor.is_finite());
    }
}
