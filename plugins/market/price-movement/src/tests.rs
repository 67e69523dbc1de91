use super::PriceMovement;
use plugin_sdk::{prelude::*, testing};

/// Noise of a standard deviation of about one, the same for the same index.
fn noise(index: usize) -> f64 {
    let hash = |salt: u64| ((index as u64 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64;
    (hash(1) + hash(5000) + hash(90_000)) / f64::from(1 << 23) - 3.0
}

/// Sessions with moves of some 0.05 % a minute, twice that in the first half hour.
fn market(sessions: usize) -> Vec<Bar> {
    let mut price = 100.0;
    testing::minutes(390 * sessions, |index, bar| {
        let size = if bar.minute < 30 { 0.001 } else { 0.0005 };
        let open = price;
        price *= 1.0 + size * noise(index);
        (bar.open, bar.close) = (open, price);
        (bar.high, bar.low) = (open.max(price) * (1.0 + size / 3.0), open.min(price) * (1.0 - size / 3.0));
    })
}

/// Multiplies all prices from `index` on.
fn shift(bars: &mut [Bar], index: usize, factor: f64) {
    for bar in &mut bars[index..] {
        for price in [&mut bar.open, &mut bar.high, &mut bar.low, &mut bar.close] {
            *price *= factor;
        }
    }
}

fn found(bars: &[Bar]) -> Vec<(usize, &'static str)> {
    testing::findings_in_bars::<PriceMovement>("", bars)
        .iter()
        .map(|found| (found.row as usize, found.finding.kind))
        .collect()
}

#[test]
fn an_ordinary_market_is_quiet_even_at_the_open() {
    assert_eq!(found(&market(12)), []);
}

#[test]
fn jumps_are_found_in_the_bar_they_happen() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.008);
    shift(&mut bars, 1300, 0.992);
    assert_eq!(found(&bars), [(1000, "PRICE_SPIKE"), (1300, "PRICE_DROP")]);
}

#[test]
fn the_finding_tells_how_large_the_move_was_and_what_is_usual() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.012);
    let findings = testing::findings_in_bars::<PriceMovement>("", &bars);
    let finding = &findings[0].finding;
    assert!((finding.observed - 1.2).abs() < 0.2 && (0.03..0.08).contains(&finding.expected), "{finding:?}");
    assert!(finding.score.value() > 0.9 && finding.message.starts_with("Price up 1."), "{}", finding.message);
}

#[test]
fn a_wild_print_is_one_event_not_two() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.008);
    shift(&mut bars, 1002, 1.0 / 1.008);
    assert_eq!(found(&bars), [(1000, "PRICE_SPIKE")]);
}

#[test]
fn a_gap_over_night_is_not_a_jump() {
    let mut bars = market(4);
    shift(&mut bars, 390 * 2, 1.05);
    assert_eq!(found(&bars), []);
}

#[test]
fn a_halt_is_judged_by_how_long_it_was() {
    let (mut long, mut short) = (market(4), market(4));
    for bars in [&mut long, &mut short] {
        shift(bars, 1025, 1.004);
    }
    long.drain(1000..1025);
    assert_eq!(found(&short), [(1025, "PRICE_SPIKE")]);
    assert_eq!(found(&long), []);
}

#[test]
fn volatility_that_rises_is_not_a_row_of_jumps() {
    let mut price = 100.0;
    let bars = testing::minutes(390 * 3, |index, bar| {
        let size = 0.0005 * (1.0 + (index.saturating_sub(800) as f64 / 40.0).min(3.0));
        price *= 1.0 + size * noise(index);
        bar.close = price;
    });
    assert_eq!(found(&bars), []);
}

#[test]
fn closes_alone_are_enough_and_missing_ones_are_skipped() {
    let mut bars = market(4);
    shift(&mut bars, 1000, 1.008);
    for bar in &mut bars {
        (bar.open, bar.high, bar.low) = (f64::NAN, f64::NAN, f64::NAN);
    }
    bars[999].close = f64::NAN;
    assert_eq!(found(&bars), [(1000, "PRICE_SPIKE")]);
}
