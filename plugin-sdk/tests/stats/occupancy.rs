use plugin_sdk::stats::{CircularHistogram, EventRate};

use crate::random::Random;

const HOURS: usize = 24;

fn hour(hour: f64) -> f64 {
    hour / 24.0
}

#[test]
fn shares_sum_to_one_and_wrap_at_midnight() {
    let mut usual = CircularHistogram::new(HOURS, 2, 30.0);
    usual.push(hour(23.5), 0.0);
    let shares: Vec<f64> = (0..24).map(|h| usual.share(hour(f64::from(h)))).collect();
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(shares[23] > shares[0] && shares[0] > shares[1] && shares[1] > 0.0);
    assert_eq!((shares[0], shares[1], shares[12]), (shares[22], shares[21], 0.0));
}

#[test]
fn an_event_weighs_half_after_a_half_life() {
    let mut usual = CircularHistogram::new(HOURS, 0, 10.0);
    usual.push(hour(9.0), 0.0);
    assert!((usual.count(10.0) - 0.5).abs() < 1e-12);
    usual.push(hour(15.0), 10.0);
    assert!((usual.share(hour(9.0)) - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn years_pass_without_weights_out_of_range() {
    let mut usual = CircularHistogram::new(HOURS, 1, 5.0);
    for day in 0..20_000 {
        usual.push(hour(10.0), f64::from(day));
    }
    let steady = 1.0 / (1.0 - 0.5f64.powf(0.2));
    assert!((usual.count(19_999.0) - steady).abs() < 1e-6);
    assert!((usual.share(hour(10.0)) + 2.0 * usual.share(hour(11.0)) - 1.0).abs() < 1e-12);
}

#[test]
fn rarity_orders_hours_by_how_busy_they_are() {
    let (mut usual, mut random) = (CircularHistogram::new(HOURS, 1, 60.0), Random::seeded(41));
    for day in 0..100 {
        for _ in 0..5 {
            usual.push(hour(9.0 + 7.0 * random.unit()), f64::from(day));
        }
    }
    assert_eq!(usual.rarity(hour(3.0)), 0.0);
    assert!(usual.rarity(hour(16.5)) < 0.1 && usual.rarity(hour(16.5)) > 0.0);
    assert!((9..16).any(|h| (usual.rarity(hour(f64::from(h))) - 1.0).abs() < 1e-9));
}

#[test]
fn places_beyond_a_cycle_wrap_and_what_is_not_finite_is_skipped() {
    let mut usual = CircularHistogram::new(HOURS, 0, 10.0);
    assert!(usual.share(0.5).is_nan() && usual.rarity(0.5).is_nan());
    usual.push(f64::NAN, 0.0);
    usual.push(0.5, f64::INFINITY);
    assert!(usual.share(0.5).is_nan());
    usual.push(-0.25, 0.0);
    assert_eq!((usual.share(0.75), usual.share(1.75), usual.share(f64::NAN).is_nan()), (1.0, 1.0, true));
}

#[test]
fn the_rate_counts_the_trailing_span() {
    const SECOND: i64 = 1_000_000;
    let (mut rate, mut random, mut at) = (EventRate::within(10 * SECOND), Random::seeded(42), 0);
    let mut events: Vec<i64> = Vec::new();
    for _ in 0..2_000 {
        at += random.below(3 * SECOND as u64) as i64;
        rate.push(at);
        events.push(at);
        let now = at + random.below(12 * SECOND as u64) as i64;
        let expected = events.iter().filter(|&&event| event > now - 10 * SECOND).count();
        assert_eq!(rate.count(now), expected);
        assert!((rate.per_second(now) - expected as f64 / 10.0).abs() < 1e-12);
    }
}

#[test]
fn an_event_out_of_order_counts_as_simultaneous() {
    let mut rate = EventRate::within(100);
    for at in [50, 20] {
        rate.push(at);
    }
    assert_eq!((rate.latest(), rate.count(149), rate.count(150)), (Some(50), 2, 0));
}
