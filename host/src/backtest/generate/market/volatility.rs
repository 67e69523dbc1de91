//! How much each bar moves: time of day, day, turbulence, clustering.

use super::super::{calendar::Slot, random::Random};

/// Share of the last squared move that carries over into the next bar's variance, and of the variance itself (GARCH(1,1), Bollerslev 1986).
const SHOCK: f64 = 0.05;
const MEMORY: f64 = 0.93;

/// Degrees of freedom of the moves: tails as heavy as one-minute index returns have once volatility is known.
const FREEDOM: f64 = 7.0;

/// Moves of the latent price, and how large a move is to be expected.
pub(super) struct Moves {
    /// Standard deviation of each bar's log return.
    pub(super) sigma: Vec<f64>,
    /// The same as of the day and the time of day alone, without turbulence and clustering.
    pub(super) usual: Vec<f64>,
    /// Log return over the bar.
    pub(super) returns: Vec<f64>,
}

/// Simulates the moves of a symbol whose average bar has a standard deviation of `base`.
pub(super) fn simulate(random: &mut Random, slots: &[Slot], base: f64) -> Moves {
    let turbulence = turbulence(random, slots);
    let mut moves = Moves { sigma: Vec::new(), usual: Vec::new(), returns: Vec::new() };
    let mut day_level = 0.0;
    let mut clustering = 1.0;
    let mut session = usize::MAX;
    for (slot, turbulence) in slots.iter().zip(&turbulence) {
        if slot.session != session {
            session = slot.session;
            day_level = 0.9 * day_level + 0.15 * random.normal();
        }
        let usual = base * libm::exp(day_level) * of_minute(slot.minute);
        let sigma = usual * turbulence * libm::sqrt(clustering);
        let shock = random.student(FREEDOM);
        clustering = 1.0 - SHOCK - MEMORY + (SHOCK * shock * shock + MEMORY) * clustering;
        moves.usual.push(usual);
        moves.sigma.push(sigma);
        moves.returns.push(sigma * shock);
    }
    moves
}

/// High at the open, low at noon, higher at the close, and a busy half hour when another market opens.
fn of_minute(minute: usize) -> f64 {
    let minute = minute as f64;
    let busy =
        if (285.0..315.0).contains(&minute) { 0.25 + 0.4 * libm::exp((285.0 - minute) / 4.0) } else { 0.0 };
    0.72 + 1.3 * libm::exp(-minute / 22.0) + 0.45 * libm::exp((minute - 390.0) / 30.0) + busy
}

/// Stretches of 20 to 60 bars in some sessions that come up over minutes and fade slowly.
fn turbulence(random: &mut Random, slots: &[Slot]) -> Vec<f64> {
    let mut factor = vec![1.0; slots.len()];
    let sessions = slots.last().map_or(0, |slot| slot.session + 1);
    let bars = slots.len() / sessions.max(1);
    for session in 0..sessions {
        if !random.chance(0.3) {
            continue;
        }
        let start = session * bars + random.whole(40, 280);
        let height = random.between(0.5, 1.4);
        let rise = random.whole(8, 15);
        let plateau = random.whole(20, 60);
        let stretch = rise + plateau + 20;
        for (bar, factor) in factor.iter_mut().skip(start).take(stretch).enumerate() {
            let rising = (bar as f64 / rise as f64).min(1.0);
            let fading = ((stretch - bar) as f64 / 20.0).min(1.0);
            *factor += height * rising.min(fading);
        }
    }
    factor
}
