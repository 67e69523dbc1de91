/// Volume signed by the move of the close: plus on a rise, minus on a fall, 0 on neither; units traded.
///
/// Warm-up: 2 bars. NaN: skipped. Source: Joseph Granville, 1963. A rolling sum of it is an on-balance
/// volume that forgets.
#[derive(Clone, Debug, Default)]
pub struct SignedVolume {
    previous_close: Option<f64>,
}

impl SignedVolume {
    /// Takes the next bar.
    pub fn push(&mut self, close: f64, volume: f64) -> Option<f64> {
        if (close + volume).is_nan() {
            return None;
        }
        let previous = self.previous_close.replace(close)?;
        Some(match close.total_cmp(&previous) {
            core::cmp::Ordering::Greater => volume,
            core::cmp::Ordering::Equal => 0.0,
            core::cmp::Ordering::Less => -volume,
        })
    }
}

/// On-balance volume: signed volume since the first bar, units traded.
///
/// The first value is the first bar's volume. It never forgets, so it suits charts; a detector sums
/// [`SignedVolume`] over a window instead. NaN: skipped. Source: Granville 1963; TA-Lib `OBV`.
#[derive(Clone, Debug, Default)]
pub struct Obv {
    step: SignedVolume,
    total: Option<f64>,
}

impl Obv {
    /// Takes the next bar.
    pub fn push(&mut self, close: f64, volume: f64) -> Option<f64> {
        if (close + volume).is_nan() {
            return None;
        }
        let step = self.step.push(close, volume);
        let total = self.total.map_or(volume, |total| total + step.unwrap_or(0.0));
        self.total = Some(total);
        self.total
    }
}
