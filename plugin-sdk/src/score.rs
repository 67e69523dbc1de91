//! Calibrated scores and the severity that follows from them.

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
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

/// True alarms for one false alarm right at the threshold.
const ODDS_AT_THRESHOLD: f64 = 1.5;

/// Probability that a finding is a true anomaly, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// A score, clamped to 0..1; NaN becomes 0.
    pub fn new(probability: f64) -> Self {
        Self(if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) })
    }

    /// The score of a test statistic that reached `threshold`: the odds are 3 to 2 there and grow with the
    /// sixth power of the excess.
    ///
    /// A threshold sits where true and false alarms are about as frequent, a little on the true side (the best
    /// F1 is had at the posterior F1 / 2: Lipton, Elkan and Narayanaswamy 2014). Beyond it, false alarms thin
    /// out like the tail of the usual: for Student's t with ν degrees of freedom, which scaled market returns
    /// follow with ν of 4 to 6 (Bollerslev 1987), by x^-ν for each octave; true ones come in all sizes. So
    /// the odds grow like x^ν. NaN and what is not above 0 score 0.
    pub fn from_excess(statistic: f64, threshold: f64) -> Self {
        if !(statistic > 0.0) {
            return Self(0.0);
        }
        let shortfall = threshold / statistic;
        let cube = shortfall * shortfall * shortfall;
        Self::new(1.0 / (1.0 + cube * cube / ODDS_AT_THRESHOLD))
    }

    /// The probability.
    pub const fn value(self) -> f64 {
        self.0
    }

    /// Severity by the odds that the finding is true: MEDIUM from 4 to 1, HIGH from 19 to 1, CRITICAL from
    /// 199 to 1.
    pub fn severity(self) -> Severity {
        match self.0 {
            s if s >= 0.995 => Severity::Critical,
            s if s >= 0.95 => Severity::High,
            s if s >= 0.8 => Severity::Medium,
            _ => Severity::Low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Score, Severity};

    #[test]
    fn odds_are_three_to_two_at_the_threshold_and_grow_with_the_sixth_power() {
        let score = |excess: f64| Score::from_excess(5.0 * excess, 5.0).value();
        assert!((score(1.0) - 0.6).abs() < 1e-12);
        assert!((score(2.0) - 96.0 / 97.0).abs() < 1e-12);
        assert!(score(0.9) < 0.5);
    }

    #[test]
    fn what_is_not_a_statistic_scores_nothing() {
        for statistic in [f64::NAN, 0.0, -7.0] {
            assert_eq!(Score::from_excess(statistic, 5.0).value(), 0.0);
        }
        assert_eq!(Score::from_excess(f64::INFINITY, 5.0).value(), 1.0);
    }

    #[test]
    fn severity_follows_the_score() {
        let severity = |excess: f64| Score::from_excess(excess, 1.0).severity();
        assert_eq!(
            [1.0, 1.2, 1.6, 2.5].map(severity),
            [Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
        );
    }
}
