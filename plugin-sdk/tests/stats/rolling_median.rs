use std::collections::VecDeque;

use plugin_sdk::stats::RollingMedian;

use crate::random::Random;

const WINDOWS: [usize; 10] = [1, 2, 3, 8, 16, 17, 33, 100, 257, 1500];

/// The same statistics by sorting the window.
struct Naive {
    window: usize,
    values: VecDeque<f64>,
}

impl Naive {
    fn push(&mut self, x: f64) {
        self.values.push_back(x);
        if self.values.len() > self.window {
            self.values.pop_front();
        }
    }

    fn sorted(&self) -> Vec<f64> {
        sorted(self.values.iter().copied())
    }

    fn mad(&self) -> f64 {
        let median = middle(&self.sorted());
        middle(&sorted(self.values.iter().map(|x| (x - median).abs())))
    }

    fn quantile(&self, p: f64) -> f64 {
        let sorted = self.sorted();
        let position = p * (sorted.len() - 1) as f64;
        let (low, high) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
        low + (high - low) * (position - position.floor())
    }

    fn rank(&self, x: f64) -> f64 {
        let below = self.values.iter().filter(|&&v| v < x).count() as f64;
        let equal = self.values.iter().filter(|&&v| v == x).count() as f64;
        (below + equal / 2.0) / self.values.len() as f64
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { sorted[half - 1].midpoint(sorted[half]) }
}

type Stream = Box<dyn FnMut(usize) -> f64>;

/// Streams that are hard on a sorted structure, by name.
fn streams() -> [(&'static str, Stream); 9] {
    let mut level = 0.0;
    [
        ("normal", random(1, |random, _| random.normal())),
        ("many ties", random(2, |random, _| random.below(5) as f64)),
        ("all magnitudes", random(3, |random, _| random.wild())),
        (
            "two far levels",
            random(4, |random, i| if (i / 300) % 2 == 0 { 0.0 } else { 1e9 } + random.normal()),
        ),
        (
            "a walk",
            random(5, move |random, _| {
                level += random.normal();
                level
            }),
        ),
        ("rising", Box::new(|i| i as f64)),
        ("falling", Box::new(|i| -(i as f64))),
        ("saw teeth", Box::new(|i| (i % 97) as f64)),
        ("constant", Box::new(|_| 7.25)),
    ]
}

fn random(seed: u64, mut next: impl FnMut(&mut Random, usize) -> f64 + 'static) -> Stream {
    let mut random = Random::seeded(seed);
    Box::new(move |i| next(&mut random, i))
}

#[test]
fn median_and_mad_are_those_of_the_sorted_window_bit_for_bit() {
    for window in WINDOWS {
        for (name, mut next) in streams() {
            let (mut rolling, mut naive) =
                (RollingMedian::over(window), Naive { window, values: VecDeque::new() });
            for i in 0..3 * window + 500 {
                let x = next(i);
                rolling.push(x);
                naive.push(x);
                if window < 200 || i % 37 == 0 {
                    assert_eq!(
                        rolling.median(),
                        middle(&naive.sorted()),
                        "median of {name} over {window} at {i}"
                    );
                    assert_eq!(rolling.mad(), naive.mad(), "MAD of {name} over {window} at {i}");
                }
            }
        }
    }
}

/// New values keep coming in one dense place at a time, and each place is later held by an eighth of its
/// values: a tree that did not merge sparse nodes would outgrow its arenas, which they assert against.
#[test]
fn values_may_thin_out_everywhere() {
    const WINDOW: usize = 400;
    const DENSE: usize = WINDOW / 4;
    let (mut rolling, mut naive) =
        (RollingMedian::over(WINDOW), Naive { window: WINDOW, values: VecDeque::new() });
    for i in 0..30 * WINDOW {
        let (cycle, step) = (i / (WINDOW - 1), i % (WINDOW - 1));
        let (place, kept) =
            (step.saturating_sub(DENSE) / (DENSE / 8), step.saturating_sub(DENSE) % (DENSE / 8));
        let x = match step {
            0..DENSE => (1_000 * cycle + step) as f64,
            _ if place <= cycle => (1_000 * place + 8 * kept) as f64 + 0.5,
            _ => -1.0,
        };
        rolling.push(x);
        naive.push(x);
        if i % 7 == 0 {
            assert_eq!((rolling.median(), rolling.mad()), (middle(&naive.sorted()), naive.mad()));
        }
    }
}

#[test]
fn the_mad_does_not_depend_on_how_often_it_is_asked_for() {
    let (mut asked, mut silent, mut random) =
        (RollingMedian::over(700), RollingMedian::over(700), Random::seeded(6));
    for i in 0..5_000 {
        let x = if i % 1_000 < 500 { random.normal() } else { random.wild() };
        asked.push(x);
        silent.push(x);
        asked.mad();
    }
    assert_eq!(asked.mad(), silent.mad());
}

#[test]
fn quantiles_and_ranks_are_those_of_the_sorted_window() {
    for window in [1, 2, 21, 300] {
        let mut random = Random::seeded(window as u64);
        let (mut rolling, mut naive) =
            (RollingMedian::over(window), Naive { window, values: VecDeque::new() });
        for _ in 0..1_000 {
            let x = random.below(50) as f64 / 8.0;
            rolling.push(x);
            naive.push(x);
            for p in [0.0, 0.1, 0.25, 0.5, 0.77, 1.0] {
                assert_eq!(rolling.quantile(p), naive.quantile(p));
            }
            for x in [-1.0, 0.0, 3.0, 3.01, 6.125, 9.0] {
                assert_eq!(rolling.rank(x), naive.rank(x));
            }
        }
    }
}

#[test]
fn the_window_alone_determines_the_state() {
    let mut random = Random::seeded(7);
    let values: Vec<f64> = (0..4_000).map(|_| random.wild()).collect();
    let (mut long, mut late) = (RollingMedian::over(512), RollingMedian::over(512));
    for &x in &values {
        long.push(x);
    }
    for &x in &values[values.len() - 512..] {
        late.push(x);
    }
    assert_eq!(long.judge(0.3), late.judge(0.3));
    assert_eq!(long.quantile(0.9).to_bits(), late.quantile(0.9).to_bits());
}

#[test]
fn a_negative_zero_counts_as_zero() {
    let mut rolling = RollingMedian::over(1);
    rolling.push(-0.0);
    assert_eq!(rolling.median().to_bits(), 0.0f64.to_bits());
}

#[test]
fn what_is_not_a_number_is_skipped() {
    let mut rolling = RollingMedian::over(3).minimum(3);
    for x in [1.0, f64::NAN, 2.0, f64::INFINITY, f64::NEG_INFINITY, 1e301, 4.0] {
        rolling.push(x);
    }
    assert_eq!((rolling.len(), rolling.median(), rolling.mad()), (3, 2.0, 1.0));
    assert_eq!(rolling.judge(f64::NAN), None);
    assert_eq!(rolling.judge(f64::INFINITY), None);
    assert!(rolling.quantile(f64::NAN).is_nan() && rolling.rank(f64::NAN).is_nan());
}

#[test]
fn values_near_the_limit_do_not_overflow() {
    let mut rolling = RollingMedian::over(4).minimum(4);
    for x in [-1e300, -1e300, 1e300, 1e300] {
        rolling.push(x);
    }
    assert_eq!((rolling.median(), rolling.mad()), (0.0, 1e300));
    assert!(rolling.judge(1e300).unwrap().robust_z < 1.0);
}

#[test]
fn an_empty_window_knows_nothing() {
    let rolling = RollingMedian::over(9);
    assert!(rolling.is_empty() && rolling.median().is_nan() && rolling.mad().is_nan());
    assert!(rolling.quantile(0.5).is_nan() && rolling.rank(1.0).is_nan());
}

#[test]
fn a_value_is_judged_by_those_before_it() {
    let mut rolling = RollingMedian::over(5);
    assert!([1.0, 2.0, 3.0, 4.0, 5.0].iter().all(|&x| rolling.judge_then_push(x).is_none()));
    let judged = rolling.judge_then_push(1_000.0).unwrap();
    assert_eq!((judged.median, judged.mad), (3.0, 1.0));
    assert!((judged.robust_z - 997.0 / 1.482_602_218_505_602).abs() < 1e-9);
    assert_eq!(rolling.median(), 4.0);
}

#[test]
fn judgement_waits_for_enough_values() {
    let first_answer =
        |mut rolling: RollingMedian| (0..200).position(|i| rolling.judge_then_push(f64::from(i)).is_some());
    assert_eq!(first_answer(RollingMedian::over(100)), Some(20));
    assert_eq!(first_answer(RollingMedian::over(7)), Some(7));
    assert_eq!(first_answer(RollingMedian::over(100).minimum(60)), Some(60));
    assert_eq!(first_answer(RollingMedian::over(7).minimum(60)), Some(7));
}

#[test]
fn a_constant_series_does_not_explode() {
    let mut rolling = RollingMedian::over(50);
    for _ in 0..50 {
        rolling.push(3.0);
    }
    assert_eq!(rolling.judge(3.0).unwrap().robust_z, 0.0);
    assert_eq!(rolling.judge(3.1).unwrap().robust_z, 0.0);

    rolling.push(3.5);
    assert_eq!(rolling.judge(3.5).unwrap().robust_z, 1.0);
    assert_eq!(rolling.judge(2.0).unwrap().robust_z, -2.0);
}

#[test]
fn the_floor_is_the_least_yardstick() {
    let mut rolling = RollingMedian::over(50).floor(0.5);
    for i in 0..50 {
        rolling.push(if i % 2 == 0 { 1.0 } else { 1.0 + 1e-9 });
    }
    assert!((rolling.judge(3.0).unwrap().robust_z - 4.0).abs() < 1e-6);
}
