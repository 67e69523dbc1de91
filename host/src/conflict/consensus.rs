use super::Panel;
use crate::domain::rows::Vote;

/// How far a panel agrees, weighing votes by confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consensus {
    /// The vote with the largest share.
    pub leader: Vote,
    /// Its share, percent.
    pub percent: f64,
}

impl Consensus {
    /// The consensus of a panel; `None` where no vote carries any confidence. On a tie HOLD leads, then SELL.
    pub fn of(panel: &Panel) -> Option<Self> {
        let mass = |vote| panel.camp(vote).map(|opinion| opinion.confidence).sum::<f64>();
        let shares = [Vote::Hold, Vote::Sell, Vote::Buy].map(|vote| (vote, mass(vote)));
        let total: f64 = shares.iter().map(|(_, mass)| mass).sum();
        let leading = |best: (Vote, f64), next: (Vote, f64)| if next.1 > best.1 { next } else { best };
        let (leader, mass) = shares.into_iter().reduce(leading)?;
        (total > 0.0).then(|| Self { leader, percent: 100.0 * mass / total })
    }

    /// What is left of 100 %.
    pub fn disagreement(&self) -> f64 {
        100.0 - self.percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::panel::tests::panel;

    #[test]
    fn the_largest_share_by_confidence_leads() {
        let consensus = Consensus::of(&panel(&[0.9, 0.9], &[0.2, 0.2, 0.2], &[0.6])).unwrap();
        assert_eq!(consensus.leader, Vote::Buy);
        assert!((consensus.percent - 60.0).abs() < 1e-9);
        assert!((consensus.disagreement() - 40.0).abs() < 1e-9);
    }

    #[test]
    fn holding_can_lead() {
        assert_eq!(Consensus::of(&panel(&[0.5], &[0.5], &[0.6])).unwrap().leader, Vote::Hold);
    }

    #[test]
    fn nothing_meant_is_no_consensus() {
        assert_eq!(Consensus::of(&panel(&[0.0; 3], &[0.0; 3], &[])), None);
    }
}
