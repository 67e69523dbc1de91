use plugin_sdk::stats::{Cusum, Direction, PageHinkley, Shift};

use crate::random::Random;

#[test]
fn sums_follow_the_textbook_recursion() {
    let mut cusum = Cusum::new(0.5, 100.0);
    for z in [2.0, -1.0, 1.0, f64::NAN, -3.0] {
        assert_eq!(cusum.push(z), None);
    }
    // up: 1.5, 0, 0.5, 0; down: 0, 0.5, 0, 2.5
    assert_eq!((cusum.up(), cusum.down()), (0.0, 2.5));
}

#[test]
fn an_alarm_tells_direction_and_age_then_starts_again() {
    let mut cusum = Cusum::new(0.5, 5.0);
    assert!([0.0, 0.4, -2.0, 2.5, 2.5].iter().all(|&z| cusum.push(z).is_none()));
    assert_eq!(cusum.push(2.5), Some(Shift { direction: Direction::Up, statistic: 6.0, values: 3 }));
    assert_eq!((cusum.up(), cusum.down()), (0.0, 0.0));
    assert!((0..2).all(|_| cusum.push(-2.5).is_none()));
    assert_eq!(cusum.push(-2.5).map(|shift| shift.direction), Some(Direction::Down));
}

#[test]
fn run_lengths_are_those_of_the_literature() {
    // Two-sided, drift 0.5, threshold 5: 465 values between false alarms, 10.4 to a shift of one sigma.
    let mean_run = |level: f64, runs: u32| {
        let (mut cusum, mut random) = (Cusum::new(0.5, 5.0), Random::seeded(21));
        let (mut values, mut alarms) = (0, 0);
        while alarms < runs {
            values += 1;
            alarms += u32::from(cusum.push(level + random.normal()).is_some());
        }
        f64::from(values) / f64::from(runs)
    };
    assert!((mean_run(0.0, 2_000) - 465.0).abs() < 40.0);
    assert!((mean_run(1.0, 5_000) - 10.4).abs() < 0.3);
}

#[test]
fn a_shift_of_a_level_it_learned_itself_is_found_in_any_unit() {
    for unit in [1e-6, 1.0, 1e6] {
        let (mut test, mut random) = (PageHinkley::new(0.5, 10.0, 200.0), Random::seeded(22));
        let quiet = (0..1_000).filter(|_| test.push(unit * (40.0 + random.normal())).is_some()).count();
        let found = (0..30).find_map(|_| test.push(unit * (38.0 + random.normal())));
        assert_eq!(quiet, 0);
        assert_eq!(found.map(|shift| shift.direction), Some(Direction::Down));
    }
}

#[test]
fn after_an_alarm_the_new_level_is_the_usual_one() {
    let (mut test, mut random) = (PageHinkley::new(0.5, 10.0, 200.0), Random::seeded(23));
    let alarms =
        (0..600).filter(|&i| test.push(if i < 300 { 0.0 } else { 5.0 } + random.normal()).is_some()).count();
    assert_eq!(alarms, 1);
}

#[test]
fn a_constant_stream_has_no_sigma_to_judge_by() {
    let mut test = PageHinkley::new(0.5, 5.0, 100.0);
    assert!((0..500).all(|_| test.push(1.0).is_none()));
    assert_eq!(test.push(f64::NAN), None);
}
