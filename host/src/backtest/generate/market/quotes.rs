//! Best bid and ask at each bar's close. The spread follows price, volatility and tick.

use super::{
    super::{calendar::Slot, random::Random},
    injections::{Injection, Kind},
    prices::{TICK, on_tick},
    volatility::Moves,
};

/// Bid and ask of each bar.
pub(super) struct Quotes {
    pub(super) bid: Vec<f64>,
    pub(super) ask: Vec<f64>,
}

/// A usual spread of `share` of the price; wide for a bar or two at some opens.
pub(super) fn simulate(
    random: &mut Random,
    slots: &[Slot],
    moves: &Moves,
    close: &[f64],
    plan: &[Injection],
    share: f64,
) -> Quotes {
    let factor = injected(random, slots.len(), plan);
    let mut quotes = Quotes { bid: Vec::new(), ask: Vec::new() };
    let mut mood = 0.0;
    let mut wide_until = 0;
    for (bar, slot) in slots.iter().enumerate() {
        if slot.minute == 0 {
            wide_until = if random.chance(0.4) { random.whole(1, 2) } else { 0 };
        }
        mood = 0.85 * mood + 0.08 * random.normal();
        let at_open = if slot.minute < wide_until { random.between(2.0, 3.6) } else { 1.0 };
        let turbulence = libm::pow(moves.sigma[bar] / moves.usual[bar], 0.6);
        let noise = libm::exp(mood + 0.12 * random.normal());
        let spread = share * close[bar] * turbulence * noise * at_open * factor[bar];
        let middle = close[bar] + random.between(-0.25, 0.25) * spread;
        let bid = on_tick(middle - spread / 2.0);
        quotes.bid.push(bid);
        quotes.ask.push(on_tick(middle + spread / 2.0).max(on_tick(bid + TICK)));
    }
    quotes
}

/// What injected explosions multiply by; jumps of the price widen quotes a little too.
fn injected(random: &mut Random, bars: usize, plan: &[Injection]) -> Vec<f64> {
    let mut factor = vec![1.0; bars];
    for injection in plan {
        for factor in &mut factor[injection.start..injection.end()] {
            *factor = match injection.kind {
                Kind::SpreadExplosion => injection.size * random.between(0.8, 1.2),
                Kind::PriceSpike | Kind::PriceDrop => random.between(1.0, 1.4),
                _ => 1.0,
            };
        }
    }
    factor
}
