//! What 13 trading algorithms say about one symbol, and when they are in conflict.

use super::{
    calendar::{self, BARS, Slot},
    random::Random,
};
use crate::domain::{
    family::{ALGORITHM_CONFLICT, ALGORITHMS, Family},
    label::{Label, LabelKind},
    rows::Vote,
    time::MINUTE,
};

/// Seats of a panel.
const SEATS: usize = ALGORITHMS.len();

/// Conflicts in 30 sessions, and as many splits without conviction.
const IN_30_SESSIONS: f64 = 47.0;

/// Share of signals that never arrive.
const LOST: f64 = 0.01;

/// Bars between two episodes, at least.
const APART: usize = 20;

/// One signal.
pub(super) struct Opinion {
    /// Slot of the bar it is about; it is known at that bar's close.
    pub(super) slot: usize,
    pub(super) seat: u8,
    pub(super) vote: Vote,
    pub(super) confidence: f64,
}

/// How an algorithm sees the trend.
struct Habit {
    bias: f64,
    /// How strongly it follows the trend.
    gain: f64,
    /// How much of its own error lasts to the next bar.
    stubbornness: f64,
    /// Below this its view is a HOLD.
    indecision: f64,
}

/// A stretch in which the algorithms are split into two camps.
struct Episode {
    start: usize,
    length: usize,
    buyers: [bool; SEATS],
    /// Mean confidence of the buyers, and of the sellers.
    conviction: [f64; 2],
    /// Whether both camps mean it.
    conflict: bool,
}

/// Simulates the signals about a symbol.
pub(super) fn simulate(seed: u64, symbol: &str, slots: &[Slot]) -> (Vec<Opinion>, Vec<Label>) {
    let stream = |topic: &str| Random::new(seed, &format!("{symbol}/signals/{topic}"));
    let episodes = plan(&mut stream("episodes"), slots);
    let habits = habits(&mut stream("habits"));
    let trend = trend(&mut stream("trend"), slots.len());
    let mut random = stream("votes");
    let mut errors = [0.0; SEATS];
    let mut silent_until = [0; SEATS];
    let mut upcoming = episodes.iter().peekable();
    let mut opinions = Vec::with_capacity(slots.len() * SEATS);
    for (slot, trend) in trend.into_iter().enumerate() {
        upcoming.next_if(|episode| slot >= episode.start + episode.length);
        let episode = upcoming.peek().filter(|episode| slot >= episode.start);
        for (seat, habit) in habits.iter().enumerate() {
            let own = &mut errors[seat];
            *own = habit.stubbornness * *own
                + (1.0 - habit.stubbornness * habit.stubbornness).sqrt() * random.normal();
            if random.chance(0.0002) {
                silent_until[seat] = slot + random.whole(20, 90);
            }
            let view = habit.bias + habit.gain * trend + 0.6 * *own;
            let (vote, confidence) = match episode {
                Some(episode) => in_camp(&mut random, episode, seat),
                None => alone(&mut random, habit, view),
            };
            if slot >= silent_until[seat] && !random.chance(LOST) {
                let confidence = (confidence.clamp(0.05, 0.99) * 1e3).round() / 1e3;
                opinions.push(Opinion { slot, seat: seat as u8, vote, confidence });
            }
        }
    }
    (opinions, labels(symbol, slots, &episodes))
}

fn habits(random: &mut Random) -> [Habit; SEATS] {
    std::array::from_fn(|_| Habit {
        bias: 0.12 * random.normal(),
        gain: random.between(0.8, 1.3),
        stubbornness: random.between(0.96, 0.985),
        indecision: random.between(0.15, 0.35),
    })
}

/// The latent trend, in both directions alike: it turns quickly and stays for two hours on average.
fn trend(random: &mut Random, bars: usize) -> Vec<f64> {
    let mut side = random.sign();
    let mut value = side;
    (0..bars)
        .map(|_| {
            if random.chance(1.0 / 120.0) {
                side = -side;
            }
            value = 0.85 * value + 0.15 * side + 0.05 * random.normal();
            value
        })
        .collect()
}

/// Signals of an ordinary bar: the surer, the farther from indecision.
fn alone(random: &mut Random, habit: &Habit, view: f64) -> (Vote, f64) {
    let vote = match view {
        view if view.abs() < habit.indecision => Vote::Hold,
        view if view > 0.0 => Vote::Buy,
        _ => Vote::Sell,
    };
    (vote, 0.49 + 0.12 * view.abs().min(1.6) + 0.09 * random.normal())
}

fn in_camp(random: &mut Random, episode: &Episode, seat: usize) -> (Vote, f64) {
    let (vote, conviction) = if episode.buyers[seat] {
        (Vote::Buy, episode.conviction[0])
    } else {
        (Vote::Sell, episode.conviction[1])
    };
    if random.chance(0.04) {
        return (Vote::Hold, random.between(0.4, 0.7));
    }
    (vote, conviction + 0.06 * random.normal())
}

fn plan(random: &mut Random, slots: &[Slot]) -> Vec<Episode> {
    let sessions = slots.len() / BARS;
    let quiet = calendar::quiet_sessions(sessions, 3);
    let mean = IN_30_SESSIONS * (sessions - quiet) as f64 / 27.0;
    let (conflicts, splits) = (random.about(mean), random.about(mean));
    let mut taken = vec![false; slots.len()];
    let mut episodes: Vec<Episode> = (0..conflicts + splits)
        .filter_map(|number| {
            let length = random.whole(4, 15);
            let free = |start: &usize| !taken[*start];
            let start = (0..100)
                .map(|_| random.whole(quiet, sessions - 1) * BARS + random.whole(10, BARS - 30))
                .find(free)?;
            let end = (start + length + APART).min(taken.len());
            taken[start.saturating_sub(APART + 15)..end].fill(true);
            Some(episode(random, start, length, number < conflicts))
        })
        .collect();
    episodes.sort_by_key(|episode| episode.start);
    episodes
}

fn episode(random: &mut Random, start: usize, length: usize, conflict: bool) -> Episode {
    let camp = random.whole(4, 9);
    let mut buyers = std::array::from_fn(|seat| seat < camp);
    random.shuffle(&mut buyers);
    let mut conviction = [random.between(0.74, 0.84), random.between(0.74, 0.84)];
    if !conflict {
        conviction[0] = random.between(0.25, 0.5);
        if random.chance(0.5) {
            conviction[1] = random.between(0.3, 0.5);
        }
        if random.chance(0.5) {
            conviction.swap(0, 1);
        }
    }
    Episode { start, length, buyers, conviction, conflict }
}

/// A label for each conflict; `ignore` for three bars after any episode, while camps dissolve.
fn labels(symbol: &str, slots: &[Slot], episodes: &[Episode]) -> Vec<Label> {
    let known_at = |slot: usize| slots[slot.min(slots.len() - 1)].at + MINUTE;
    let label = |start, end, kind| Label {
        start: known_at(start),
        end: known_at(end),
        family: Family::Conflict,
        subject: symbol.into(),
        kind,
    };
    let conflicts = episodes.iter().filter(|episode| episode.conflict).flat_map(|episode| {
        let after = episode.start + episode.length;
        [
            label(episode.start, after - 1, LabelKind::Anomaly(Some(ALGORITHM_CONFLICT.into()))),
            label(after, after + 2, LabelKind::Ignore(None)),
        ]
    });
    conflicts.collect()
}
