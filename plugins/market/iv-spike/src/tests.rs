use super::IvSpike;
use plugin_sdk::{prelude::*, testing};

const NOTHING: [usize; 0] = [];

/// Noise of a standard deviation of about one, the same for the same index.
fn noise(index: usize) -> f64 {
    let hash = |salt: u64| ((index as u64 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64;
    (hash(1) + hash(5000) + hash(90_000)) / f64::from(1 << 23) - 3.0
}

/// Sessions with a volatility of 17 %, quoted with a noise of half a percent of that; each day begins 10 %
/// higher or lower.
fn market(sessions: usize) -> Vec<Bar> {
    testing::minutes(390 * sessions, |index, bar| {
        let day = if bar.session % 2 == 0 { 0.17 } else { 0.187 };
        bar.implied_volatility = day * math::exp(0.005 * noise(index));
    })
}

/// A spike that fades by a quarter each minute.
fn spike(bars: &mut [Bar], index: usize, height: f64) {
    for (age, bar) in bars[index..].iter_mut().take(12).enumerate() {
        bar.implied_volatility *= 1.0 + height * math::pow(0.75, age as f64);
    }
}

fn found(bars: &[Bar]) -> Vec<usize> {
    testing::findings_in_bars::<IvSpike>("", bars).iter().map(|found| found.row as usize).collect()
}

#[test]
fn quote_noise_and_nights_are_quiet() {
    assert_eq!(found(&market(6)), NOTHING);
}

#[test]
fn a_spike_is_one_event_at_its_beginning() {
    let mut bars = market(4);
    spike(&mut bars, 1000, 0.08);
    let rows = found(&bars);
    assert_eq!(rows[0], 1000);
    assert!(rows.iter().all(|row| (1000..1004).contains(row)), "{rows:?}: the way down is no event");
}

#[test]
fn a_drift_over_two_hours_is_quiet() {
    let mut bars = market(4);
    for (age, bar) in bars[1000..1120].iter_mut().enumerate() {
        bar.implied_volatility *= 1.0 + 0.15 * age as f64 / 120.0;
    }
    assert_eq!(found(&bars[..1120]), NOTHING);
}

#[test]
fn a_collapse_is_quiet() {
    let mut bars = market(4);
    spike(&mut bars, 1000, -0.1);
    assert_eq!(found(&bars).iter().filter(|&&row| row < 1003).count(), 0);
}

#[test]
fn a_missing_value_hides_neither_the_spike_nor_the_level() {
    let mut bars = market(4);
    spike(&mut bars, 1000, 0.1);
    bars[999].implied_volatility = f64::NAN;
    bars[1000].implied_volatility = f64::NAN;
    assert_eq!(found(&bars).first(), Some(&1001));
}

#[test]
fn the_evidence_is_in_percent() {
    let mut bars = market(4);
    spike(&mut bars, 1000, 0.1);
    let findings = testing::findings_in_bars::<IvSpike>("", &bars);
    let finding = &findings[0].finding;
    assert!((finding.observed / finding.expected - 1.1).abs() < 0.02, "{finding:?}");
    assert!(finding.message.starts_with("Implied volatility 18."), "{}", finding.message);
}
