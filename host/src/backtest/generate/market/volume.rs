//! Units traded in each bar: time of day, day, volatility, habit of the last minutes.

use super::{
    super::{calendar::Slot, random::Random},
    injections::{Injection, Kind},
    volatility::Moves,
};

/// Traded units are whole lots of this size.
const LOT: f64 = 25.0;

/// A natural bar this many times what was to be expected is one of which nobody can say.
const DOUBTFUL: f64 = 4.0;

/// Volume of each bar, and the bars whose natural volume is so large that nobody can say.
pub(super) fn simulate(
    random: &mut Random,
    slots: &[Slot],
    moves: &Moves,
    plan: &[Injection],
) -> (Vec<f64>, Vec<usize>) {
    let factor = injected(random, slots.len(), plan);
    let mut volume = Vec::with_capacity(slots.len());
    let mut doubtful = Vec::new();
    let (mut day, mut close_rush, mut habit) = (0.0, 1.0, 0.0);
    let mut session = usize::MAX;
    for (bar, slot) in slots.iter().enumerate() {
        if slot.session != session {
            session = slot.session;
            day = 0.7 * day + 0.18 * random.normal();
            close_rush = random.between(1.5, 3.6);
        }
        habit = 0.6 * habit + 0.2 * random.normal();
        let block = if random.chance(0.002) { random.between(0.5, 1.1) } else { 0.0 };
        let surprise = habit + 0.27 * random.normal() + block;
        if surprise > libm::log(DOUBTFUL) {
            doubtful.push(bar);
        }
        let turbulence = moves.sigma[bar] / moves.usual[bar];
        let move_size = moves.returns[bar].abs() / moves.sigma[bar];
        let level = 40_000.0 * of_minute(slot.minute, close_rush) * turbulence;
        let pull = 0.12 * (move_size.min(4.0) - 0.8);
        let units = level * libm::exp(day + surprise + pull) * factor[bar];
        volume.push((units / LOT).round().max(1.0) * LOT);
    }
    (volume, doubtful)
}

/// Far more than at noon at the open, a scheduled busy half hour that begins with a burst, a rush in the last ten minutes
/// that differs from day to day.
fn of_minute(minute: usize, close_rush: f64) -> f64 {
    let from_open = minute as f64;
    let to_close = 390.0 - from_open;
    let busy =
        if (285..315).contains(&minute) { 0.8 + 2.0 * libm::exp((285.0 - from_open) / 3.0) } else { 0.0 };
    let rush = if to_close <= 10.0 { close_rush * (11.0 - to_close) / 10.0 } else { 0.0 };
    0.65 + 1.9 * libm::exp(-from_open / 25.0) + 0.8 * libm::exp(-to_close / 40.0) + busy + rush
}

/// What injected surges multiply by; jumps of the price bring some volume too.
fn injected(random: &mut Random, bars: usize, plan: &[Injection]) -> Vec<f64> {
    let mut factor = vec![1.0; bars];
    for injection in plan {
        for factor in &mut factor[injection.start..injection.end()] {
            *factor = match injection.kind {
                Kind::VolumeSurge => injection.size * random.between(0.85, 1.15),
                Kind::PriceSpike | Kind::PriceDrop => random.between(1.2, 1.9),
                _ => 1.0,
            };
        }
    }
    factor
}
