//! Quantiles of a small sample.

/// Value below which the share `share` of `values` lies, without interpolation; NaN for none. Reorders them.
pub(super) fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let rank = (share * (values.len() - 1) as f64) as usize;
    *values.select_nth_unstable_by(rank, f64::total_cmp).1
}

/// Standard normal quantiles of 0.75 and 0.9.
pub(super) const NORMAL_75: f64 = 0.674_489_750_196_081_7;
/// See [`NORMAL_75`].
pub(super) const NORMAL_90: f64 = 1.281_551_565_544_600_4;
