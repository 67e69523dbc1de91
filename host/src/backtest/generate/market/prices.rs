//! Open, high, low and close from the moves of the latent price.

use super::{
    super::{calendar::Slot, random::Random},
    injections::{Injection, Kind},
    volatility::Moves,
};

/// Smallest price step.
pub(super) const TICK: f64 = 0.05;

/// A natural move this many times the usual one of its time of day is one of which nobody can say.
const DOUBTFUL: f64 = 6.0;

/// Prices of each bar.
pub(super) struct Prices {
    pub(super) open: Vec<f64>,
    pub(super) high: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) close: Vec<f64>,
}

/// Bars whose natural move is so large that nobody can say whether it is anomalous.
pub(super) fn doubtful(moves: &Moves) -> impl Iterator<Item = usize> {
    let huge = |(bar, (ret, (sigma, usual))): (usize, (&f64, (&f64, &f64)))| {
        let size = ret.abs();
        (size > DOUBTFUL * usual || size > DOUBTFUL * sigma).then_some(bar)
    };
    let scales = moves.sigma.iter().zip(&moves.usual);
    moves.returns.iter().zip(scales).enumerate().filter_map(huge)
}

/// Adds the jumps. Some give part of the way back over the next bars; moves are livelier for a while.
pub(super) fn inject(random: &mut Random, moves: &mut Moves, plan: &[Injection]) {
    for injection in plan {
        let direction = match injection.kind {
            Kind::PriceSpike => 1.0,
            Kind::PriceDrop => -1.0,
            _ => continue,
        };
        let jump = direction * injection.size * moves.sigma[injection.start];
        let first = if injection.length == 1 { 1.0 } else { random.between(0.75, 0.92) };
        let rest = (1.0 - first) / (injection.length - 1).max(1) as f64;
        let after = &mut moves.returns[injection.start..];
        for (bar, ret) in after.iter_mut().take(injection.length).enumerate() {
            *ret += jump * if bar == 0 { first } else { rest };
        }
        let way_back = random.whole(8, 20);
        let given_back = if random.chance(0.4) { random.between(0.3, 0.8) } else { 0.0 };
        for (bar, ret) in after.iter_mut().skip(injection.length).take(way_back).enumerate() {
            *ret *= 1.0 + 0.4 * libm::exp(-(bar as f64) / 4.0);
            *ret -= jump * given_back / way_back as f64;
        }
    }
}

/// Prices from a starting price, with a gap between sessions.
pub(super) fn from_moves(random: &mut Random, slots: &[Slot], moves: &Moves, start: f64) -> Prices {
    let mut prices = Prices { open: Vec::new(), high: Vec::new(), low: Vec::new(), close: Vec::new() };
    let mut latent = start;
    let mut last = on_tick(start);
    let mut session = 0;
    for (bar, slot) in slots.iter().enumerate() {
        if slot.session != session {
            session = slot.session;
            latent *= libm::exp(0.004 * random.student(4.0));
            last = on_tick(latent);
        }
        latent *= libm::exp(moves.returns[bar]);
        let wick = 0.45 * moves.sigma[bar] * latent;
        let open = last;
        let close = on_tick(latent);
        prices.high.push(on_tick(open.max(close) + wick * random.normal().abs()));
        prices.low.push(on_tick(open.min(close) - wick * random.normal().abs()));
        prices.open.push(open);
        prices.close.push(close);
        last = close;
    }
    prices
}

/// To the nearest multiple of the tick, free of binary dust.
pub(super) fn on_tick(price: f64) -> f64 {
    (price / TICK).round() / (1.0 / TICK).round()
}
