use super::OiAnomaly;
use plugin_sdk::{prelude::*, testing};

const NOTHING: [usize; 0] = [];

/// Noise of a standard deviation of about one, the same for the same index.
fn noise(index: usize) -> f64 {
    let hash = |salt: u64| ((index as u64 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64;
    (hash(1) + hash(5000) + hash(90_000)) / f64::from(1 << 23) - 3.0
}

/// Sessions in which open interest changes by some 0.05 % a minute, and by 3 % over night.
fn market(sessions: usize) -> Vec<Bar> {
    let mut contracts = 1e6;
    testing::minutes(390 * sessions, |index, bar| {
        contracts *= if bar.minute == 0 { 1.03 } else { math::exp(0.0005 * noise(index)) };
        bar.open_interest = contracts;
    })
}

fn shift(bars: &mut [Bar], index: usize, factor: f64) {
    for bar in &mut bars[index..] {
        bar.open_interest *= factor;
    }
}

fn found(bars: &[Bar]) -> Vec<usize> {
    testing::findings_in_bars::<OiAnomaly>("", bars).iter().map(|found| found.row as usize).collect()
}

#[test]
fn ordinary_changes_and_nights_are_quiet() {
    assert_eq!(found(&market(6)), NOTHING);
}

#[test]
fn jumps_are_found_both_ways() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.01);
    shift(&mut bars, 1300, 0.99);
    assert_eq!(found(&bars), [1000, 1300]);
}

#[test]
fn a_wrong_print_that_is_put_right_is_one_event() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.01);
    shift(&mut bars, 1002, 1.0 / 1.01);
    assert_eq!(found(&bars), [1000]);
}

#[test]
fn the_jump_shows_when_the_value_is_known_again() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.02);
    bars[1000].open_interest = f64::NAN;
    assert_eq!(found(&bars), [1001]);
}

#[test]
fn values_updated_every_fifth_minute_are_quiet() {
    let mut bars = market(4);
    for row in 0..bars.len() {
        bars[row].open_interest = bars[row - row % 5].open_interest;
    }
    assert_eq!(found(&bars), NOTHING);
}

#[test]
fn a_steady_build_up_is_quiet() {
    let mut bars = market(4);
    (1000..1060).for_each(|row| shift(&mut bars, row, 1.0015));
    assert_eq!(found(&bars), NOTHING);
}
