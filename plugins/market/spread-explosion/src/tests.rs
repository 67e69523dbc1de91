use super::SpreadExplosion;
use plugin_sdk::{prelude::*, testing};

const NOTHING: [usize; 0] = [];

/// Noise of a standard deviation of about one, the same for the same index.
fn noise(index: usize) -> f64 {
    let hash = |salt: u64| ((index as u64 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64;
    (hash(1) + hash(5000) + hash(90_000)) / f64::from(1 << 23) - 3.0
}

fn quote(bar: &mut Bar, spread: f64) {
    (bar.bid, bar.ask) = (100.0 - spread / 2.0, 100.0 + spread / 2.0);
}

/// Sessions with a spread of some 0.02, twice that in the first half hour.
fn market(sessions: usize) -> Vec<Bar> {
    testing::minutes(390 * sessions, |index, bar| {
        let usual = if bar.minute < 30 { 0.04 } else { 0.02 };
        quote(bar, usual * math::exp(0.25 * noise(index)));
    })
}

fn found(bars: &[Bar]) -> Vec<usize> {
    testing::findings_in_bars::<SpreadExplosion>("", bars).iter().map(|found| found.row as usize).collect()
}

#[test]
fn ordinary_quotes_are_quiet_even_at_the_open() {
    assert_eq!(found(&market(8)), NOTHING);
}

#[test]
fn wide_quotes_in_the_first_bars_of_a_session_are_quiet() {
    let mut bars = market(4);
    (1170..1172).for_each(|row| quote(&mut bars[row], 0.2));
    assert_eq!(found(&bars), NOTHING);
}

#[test]
fn an_explosion_is_found_as_long_as_it_lasts() {
    let mut bars = market(4);
    (1000..1003).for_each(|row| quote(&mut bars[row], 0.12));
    assert_eq!(found(&bars), [1000, 1001, 1002]);
}

#[test]
fn a_spread_of_one_tick_that_becomes_two_is_quiet() {
    let mut bars = market(4);
    for (row, bar) in bars.iter_mut().enumerate() {
        quote(bar, if row % 97 == 0 { 0.02 } else { 0.01 });
    }
    assert_eq!(found(&bars), NOTHING);
    quote(&mut bars[1000], 0.05);
    assert_eq!(found(&bars), [1000]);
}

#[test]
fn a_spread_that_widens_slowly_is_quiet() {
    let mut bars = market(4);
    for (age, bar) in bars[1000..1100].iter_mut().enumerate() {
        quote(bar, 0.02 * math::exp(0.02 * age as f64));
    }
    assert_eq!(found(&bars[..1100]), NOTHING);
}

#[test]
fn one_side_alone_is_silent() {
    let mut bars = market(4);
    for bar in &mut bars {
        bar.bid = f64::NAN;
    }
    assert_eq!(found(&bars), NOTHING);
}

#[test]
fn a_locked_quote_is_not_judged() {
    let mut bars = market(4);
    (900..1000).for_each(|row| quote(&mut bars[row], 0.0));
    assert_eq!(found(&bars), NOTHING);
}
