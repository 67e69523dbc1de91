use super::VolumeSurge;
use plugin_sdk::{prelude::*, testing};

const NOTHING: [usize; 0] = [];

/// Noise of a standard deviation of about one, the same for the same index.
fn noise(index: usize) -> f64 {
    let hash = |salt: u64| ((index as u64 + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64;
    (hash(1) + hash(5000) + hash(90_000)) / f64::from(1 << 23) - 3.0
}

/// Sessions in which a minute trades some 1,000 units, five times as much in the first half hour.
fn market(sessions: usize) -> Vec<Bar> {
    testing::minutes(390 * sessions, |index, bar| {
        let usual = if bar.minute < 30 { 5000.0 } else { 1000.0 };
        bar.volume = usual * math::exp(0.4 * noise(index));
        (bar.high, bar.low) = (100.05, 99.95);
        bar.close = 100.0;
    })
}

fn found(bars: &[Bar]) -> Vec<usize> {
    testing::findings_in_bars::<VolumeSurge>("", bars).iter().map(|found| found.row as usize).collect()
}

#[test]
fn ordinary_trading_is_quiet_once_the_open_is_known() {
    assert_eq!(found(&market(8)).iter().filter(|&&row| row >= 2 * 390).count(), 0);
}

#[test]
fn a_surge_is_found_and_measured() {
    let mut bars = market(6);
    bars[2200].volume = 12_000.0;
    let findings = testing::findings_in_bars::<VolumeSurge>("", &bars);
    let surge = findings.iter().find(|found| found.row == 2200).map(|found| &found.finding);
    let surge = surge.expect("twelve times the usual volume");
    assert_eq!((surge.kind, surge.observed), ("VOLUME_SURGE", 12_000.0));
    assert!((700.0..1400.0).contains(&surge.expected), "{surge:?}");
}

#[test]
fn two_high_bars_in_a_row_are_a_surge_where_one_is_not() {
    let (mut one, mut two) = (market(6), market(6));
    one[2201].volume = 3300.0;
    (two[2200].volume, two[2201].volume) = (3300.0, 3300.0);
    assert!(!found(&one).contains(&2201));
    assert!(found(&two).contains(&2201));
}

#[test]
fn what_is_usual_at_the_open_is_a_surge_at_noon() {
    let mut bars = market(8);
    for index in [390 * 7 + 10, 390 * 7 + 200] {
        bars[index].volume = 9000.0;
    }
    let rows = found(&bars);
    assert!(!rows.contains(&(390 * 7 + 10)) && rows.contains(&(390 * 7 + 200)), "{rows:?}");
}

#[test]
fn volume_that_a_large_move_explains_is_no_surge() {
    let mut bars = market(6);
    bars[2200].volume = 12_000.0;
    (bars[2200].high, bars[2200].low) = (100.6, 99.4);
    assert!(!found(&bars).contains(&2200));
}

#[test]
fn a_busier_day_is_no_surge() {
    let mut bars = market(6);
    for bar in &mut bars[2100..] {
        bar.volume *= 2.0;
    }
    assert_eq!(found(&bars).iter().filter(|&&row| row >= 2100).count(), 0);
}

#[test]
fn a_long_surge_is_one_event() {
    let mut bars = market(6);
    for bar in &mut bars[2200..2230] {
        bar.volume *= 40.0;
    }
    let rows: Vec<usize> = found(&bars).into_iter().filter(|row| (2190..2300).contains(row)).collect();
    assert_eq!(rows, [2200, 2201, 2202, 2203, 2204, 2205]);
}

#[test]
fn bars_without_trades_or_volume_are_silent() {
    let mut bars = market(6);
    bars[2199].volume = f64::NAN;
    bars[2200].volume = 0.0;
    bars[2201].volume = 12_000.0;
    let rows = found(&bars);
    assert!(rows.contains(&2201) && !rows.contains(&2199) && !rows.contains(&2200), "{rows:?}");
    for bar in &mut bars {
        bar.volume = f64::NAN;
    }
    assert_eq!(found(&bars), NOTHING);
}
