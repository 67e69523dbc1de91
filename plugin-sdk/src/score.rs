//! Calibrated scores and the severity that follows from them.

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth recording.
    Low,
    /// Worth a look.
    Medium,
    /// Needs a look.
    High,
    /// Needs action.
    Critical,
}

/// Probability that a finding is a true anomaly, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// A score, clamped to 0..1; NaN becomes 0.
    pub fn new(probability: f64) -> Self {
        Self(if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) })
    }

    /// The score of a test statistic that reached `threshold`: one half there, and the tail beyond it thins
    /// with the square of the excess.
    pub fn from_excess(statistic: f64, threshold: f64) -> Self {
        let ratio = (threshold / statistic).clamp(0.0, 1.0);
        Self::new(1.0 - 0.5 * ratio * ratio)
    }

    /// The probability.
    pub const fn value(self) -> f64 {
        self.0
    }

    /// Severity by score.
    pub fn severity(self) -> Severity {
        match self.0 {
            s if s >= 0.97 => Severity::Critical,
            s if s >= 0.90 => Severity::High,
            s if s >= 0.75 => Severity::Medium,
            _ => Severity::Low,
        }
    }
}
