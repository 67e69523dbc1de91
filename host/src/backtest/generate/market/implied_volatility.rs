//! Implied volatility: reverts to its level, rises when prices fall, jumps when told to.

use super::{
    super::{calendar::Slot, random::Random},
    injections::{Injection, Kind},
};

/// Standard deviation of a bar's log change that has nothing to do with the price.
const NOISE: f64 = 0.0028;

/// Log change for a log return of one.
const LEVERAGE: f64 = -3.5;

/// A natural change of this many standard deviations is one of which nobody can say.
const DOUBTFUL: f64 = 6.0;

/// How much of a spike is left a bar later.
const DECAY: f64 = 0.8;

/// Annualised implied volatility at each bar's close, and the bars whose natural change is so large that nobody can say.
pub(super) fn simulate(
    random: &mut Random,
    slots: &[Slot],
    returns: &[f64],
    plan: &[Injection],
) -> (Vec<f64>, Vec<usize>) {
    let spikes = spikes(slots.len(), plan);
    let rises = gradual_rises(random, slots);
    let mut values = Vec::with_capacity(slots.len());
    let mut doubtful = Vec::new();
    let mut level = libm::log(0.145);
    let mut away = 0.0;
    for (bar, slot) in slots.iter().enumerate() {
        if slot.minute == 0 {
            level += 0.2 * (libm::log(0.145) - level) + 0.025 * random.normal();
        }
        let change = LEVERAGE * returns[bar] + NOISE * random.student(6.0);
        if change.abs() > DOUBTFUL * NOISE {
            doubtful.push(bar);
        }
        away = 0.985 * away + change;
        let value = libm::exp(level + away + rises[bar] + spikes[bar]);
        values.push((value * 1e5).round() / 1e5);
    }
    (values, doubtful)
}

/// Log height of injected spikes, decaying.
fn spikes(bars: usize, plan: &[Injection]) -> Vec<f64> {
    let mut height = vec![0.0; bars];
    for injection in plan.iter().filter(|injection| injection.kind == Kind::ImpliedVolatility) {
        let mut left = injection.size;
        for height in height.iter_mut().skip(injection.start).take(20) {
            *height += left;
            left *= DECAY;
        }
    }
    height
}

/// In some sessions the market gets nervous over an hour: 10 to 20 % higher, and slowly back.
fn gradual_rises(random: &mut Random, slots: &[Slot]) -> Vec<f64> {
    let mut rise = vec![0.0; slots.len()];
    let mut from = usize::MAX;
    let (mut length, mut height) = (1.0, 0.0);
    for (bar, slot) in slots.iter().enumerate() {
        if slot.minute == 0 {
            from = if random.chance(0.3) { bar + random.whole(30, 180) } else { usize::MAX };
            length = random.between(45.0, 90.0);
            height = random.between(0.1, 0.2);
        }
        if bar >= from {
            let part = (bar - from) as f64 / length;
            rise[bar] = height * part.min(2.0 - part).max(0.0);
        }
    }
    rise
}
