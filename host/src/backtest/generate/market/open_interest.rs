//! Open interest: built up in the morning, unwound before the close, carried overnight with a step.

use super::{
    super::{calendar::Slot, random::Random},
    injections::{Injection, Kind},
};

/// Standard deviation of a bar's log change.
const NOISE: f64 = 0.0003;

/// A natural change of this many standard deviations is one of which nobody can say.
const DOUBTFUL: f64 = 6.0;

/// Contracts at each bar's close, and the bars whose natural change is so large that nobody can say.
pub(super) fn simulate(random: &mut Random, slots: &[Slot], plan: &[Injection]) -> (Vec<f64>, Vec<usize>) {
    let injected = injected(random, slots.len(), plan);
    let mut contracts = Vec::with_capacity(slots.len());
    let mut doubtful = Vec::new();
    let mut level = libm::log(10_000_000.0);
    let mut build_up = 0.0;
    for (bar, slot) in slots.iter().enumerate() {
        if slot.minute == 0 {
            level += 0.012 * random.normal();
            build_up = 0.00008 * random.between(0.3, 1.5);
        }
        let drift = build_up * libm::cos(slot.minute as f64 / 390.0 * std::f64::consts::PI);
        let surprise = random.student(5.0);
        if surprise.abs() > DOUBTFUL {
            doubtful.push(bar);
        }
        level += drift + NOISE * surprise + injected[bar];
        contracts.push(libm::exp(level).round());
    }
    (contracts, doubtful)
}

/// Log changes put in: most in the first bar, contracts opened or closed for good.
fn injected(random: &mut Random, bars: usize, plan: &[Injection]) -> Vec<f64> {
    let mut change = vec![0.0; bars];
    for injection in plan.iter().filter(|injection| injection.kind == Kind::OpenInterest) {
        let total = random.sign() * injection.size * NOISE;
        let first = if injection.length == 1 { 1.0 } else { random.between(0.7, 0.9) };
        change[injection.start] = total * first;
        change[injection.end() - 1] += total * (1.0 - first);
    }
    change
}
