use plugin_sdk::stats::{ln_negative_binomial_tail, ln_normal_tail, ln_poisson_tail};

/// Reference values: mpmath 1.3 with 60 digits (`erfc`, `gammainc`, `betainc`).
fn assert_close(found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(error <= 1e-9 * expected.abs().max(1e-6), "{found} is not {expected}");
}

#[test]
fn normal_tails_from_near_one_to_far_below_the_smallest_double() {
    for (z, expected) in [
        (-8.0, -6.220_960_574_271_786e-16),
        (-1.0, -0.172_753_779_023_449_88),
        (0.0, -std::f64::consts::LN_2),
        (0.5, -1.175_911_761_593_618_5),
        (3.0, -6.607_726_221_510_35),
        (10.0, -53.231_285_150_512_47),
        (24.9, -314.140_412_761_613_16),
        (25.1, -319.148_387_405_888_6),
        (40.0, -804.608_442_013_753_8),
        (1000.0, -500_007.826_694_812_16),
    ] {
        assert_close(ln_normal_tail(z), expected);
    }
    assert!(ln_normal_tail(f64::NAN).is_nan());
}

#[test]
fn poisson_tails_on_both_sides_of_the_mean() {
    for (count, mean, expected) in [
        (1.0, 0.001, -6.908_255_237_315_471),
        (3.0, 2.5, -0.784_852_719_837_408_1),
        (10.0, 2.5, -8.190_222_759_226_05),
        (2.0, 10.0, -0.000_499_523_968_713_701),
        (50.0, 100.0, -1.178_450_079_041_665_2e-08),
        (100.0, 100.0, -0.666_897_150_585_289_4),
        (300.0, 100.0, -132.951_801_437_792_6),
        (2.5, 1.2, -1.567_692_123_595_998_6),
        (10_000.0, 9_000.0, -56.835_486_168_752_25),
        (5.0, 1e-3, -39.327_101_461_104_88),
        (1e6, 1e6, -0.692_881_254_399_696),
    ] {
        assert_close(ln_poisson_tail(count, mean), expected);
    }
}

#[test]
fn negative_binomial_tails_from_bursty_to_nearly_poisson() {
    for (count, mean, size, expected) in [
        (1.0, 0.5, 2.0, -1.021_651_247_531_981_4),
        (10.0, 2.5, 1.5, -3.813_218_951_663_2),
        (2.0, 10.0, 3.0, -0.041_499_137_469_985_35),
        (40.0, 10.0, 3.0, -6.507_451_078_877_906),
        (200.0, 10.0, 0.5, -11.502_645_895_431_838),
        (5_000.0, 1_000.0, 0.5, -3.674_215_939_879_519),
        (300.0, 100.0, 1e6, -132.931_855_491_476_74),
        (12.0, 3.0, 50.0, -8.879_876_664_771_551),
    ] {
        assert_close(ln_negative_binomial_tail(count, mean, size), expected);
    }
}

#[test]
fn certain_impossible_and_unknown_counts() {
    assert_eq!((ln_poisson_tail(0.0, 3.0), ln_poisson_tail(-1.0, 3.0)), (0.0, 0.0));
    assert_eq!(ln_poisson_tail(1.0, 0.0), f64::NEG_INFINITY);
    assert!(ln_poisson_tail(1.0, -1.0).is_nan() && ln_poisson_tail(f64::NAN, 1.0).is_nan());
    assert_eq!(ln_negative_binomial_tail(0.0, 3.0, 2.0), 0.0);
    assert_eq!(ln_negative_binomial_tail(1.0, 0.0, 2.0), f64::NEG_INFINITY);
    assert!(ln_negative_binomial_tail(1.0, 1.0, 0.0).is_nan());
    assert_eq!(ln_negative_binomial_tail(4.0, 2.0, f64::INFINITY), ln_poisson_tail(4.0, 2.0));
}
