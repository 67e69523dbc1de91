//! Cost of one value: `cargo bench -p plugin-sdk --bench stats`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use plugin_sdk::stats::{
    CircularHistogram, Cusum, EventRate, Ewma, PageHinkley, QuantileSketch, RollingExtremes, RollingMedian,
    RollingMoments, RollingSum, ln_negative_binomial_tail, ln_normal_tail, ln_poisson_tail,
};

/// Heavy-tailed values from a fixed sequence, long enough that no branch predictor learns it.
fn values() -> impl Iterator<Item = f64> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut unit = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let values: Vec<f64> = (0..1 << 16).map(|_| (unit() + unit() + unit() - 1.5) / (unit() + 0.05)).collect();
    values.into_iter().cycle()
}

/// Measures one step, fed with the next value.
fn step(c: &mut Criterion, name: &str, mut run: impl FnMut(f64) -> f64) {
    let mut values = values();
    c.bench_function(name, |b| b.iter(|| run(black_box(values.next().unwrap_or_default()))));
}

fn rolling_median(c: &mut Criterion) {
    let mut group = c.benchmark_group("rolling median");
    for window in [64, 512, 4_096, 65_536] {
        let mut values = values();
        let mut rolling = RollingMedian::over(window);
        values.by_ref().take(window).for_each(|x| rolling.push(x));
        let mut next = || black_box(values.next().unwrap_or_default());
        group.bench_function(BenchmarkId::new("push", window), |b| b.iter(|| rolling.push(next())));
        group.bench_function(BenchmarkId::new("push, median and MAD", window), |b| {
            b.iter(|| rolling.judge_then_push(next()));
        });
        group.bench_function(BenchmarkId::new("quantile", window), |b| {
            b.iter(|| rolling.quantile(black_box(0.9)));
        });
        group.bench_function(BenchmarkId::new("rank", window), |b| b.iter(|| rolling.rank(next())));
    }
}

fn moments(c: &mut Criterion) {
    let mut ewma = Ewma::half_life(100.0);
    step(c, "ewma, mean and variance", |x| {
        ewma.push(x);
        ewma.mean() + ewma.variance()
    });
    let mut moments = RollingMoments::over(512);
    step(c, "rolling mean and variance over 512", |x| {
        moments.push(x);
        moments.mean() + moments.variance()
    });
    let mut sum = RollingSum::over(512);
    step(c, "rolling sum over 512", |x| {
        sum.push(x);
        sum.sum()
    });
    let mut extremes = RollingExtremes::over(512);
    step(c, "rolling minimum and maximum over 512", |x| {
        extremes.push(x);
        extremes.max() - extremes.min()
    });
}

fn change(c: &mut Criterion) {
    let mut cusum = Cusum::new(0.5, 5.0);
    step(c, "cusum", |x| cusum.push(x).map_or(0.0, |shift| shift.statistic));
    let mut page_hinkley = PageHinkley::new(0.5, 5.0, 100.0);
    step(c, "page-hinkley", |x| page_hinkley.push(x).map_or(0.0, |shift| shift.statistic));
}

fn sketch(c: &mut Criterion) {
    let mut sketch = QuantileSketch::new(1e-6, 1e6, 10_000.0);
    step(c, "quantile sketch, push", |x| {
        sketch.push(x);
        x
    });
    step(c, "quantile sketch, quantile", |_| sketch.quantile(black_box(0.99)));
}

fn occupancy(c: &mut Criterion) {
    let (mut usual, mut now) = (CircularHistogram::new(48, 2, 30.0), 0.0);
    step(c, "time of day, push and share", |x| {
        now += 0.001;
        usual.push(x, now);
        usual.share(x)
    });
    let (mut rate, mut at) = (EventRate::within(600_000_000), 0);
    step(c, "event rate", |_| {
        at += 1_000_000;
        rate.push(at);
        rate.per_second(at)
    });
}

fn tails(c: &mut Criterion) {
    step(c, "normal tail", |x| ln_normal_tail(x.abs()));
    step(c, "poisson tail", |x| ln_poisson_tail(20.0 + x.abs(), 10.0));
    step(c, "negative binomial tail", |x| ln_negative_binomial_tail(20.0 + x.abs(), 10.0, 2.0));
}

criterion_group!(benches, rolling_median, moments, change, sketch, occupancy, tails);
criterion_main!(benches);
