//! What all algorithms say about one symbol at one moment.

use super::{family::ALGORITHMS, rows::Vote};

/// Seats of a panel, one for each algorithm, in the order of [`ALGORITHMS`].
pub const SEATS: usize = ALGORITHMS.len();

/// Signals that make a panel.
pub const QUORUM: usize = 5;

/// What one algorithm says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opinion {
    /// What it wants.
    pub vote: Vote,
    /// 0 to 1.
    pub confidence: f64,
}

/// What all algorithms say about one symbol (for one user, or none) at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    /// When it is known, microseconds since 1970 UTC.
    pub at: i64,
    /// `None` where an algorithm is silent.
    pub seats: [Option<Opinion>; SEATS],
}

impl Panel {
    /// A panel in which nobody has spoken yet.
    pub const fn empty(at: i64) -> Self {
        Self { at, seats: [None; SEATS] }
    }

    /// Whether enough algorithms spoke to judge.
    pub fn has_quorum(&self) -> bool {
        self.seats.iter().flatten().count() >= QUORUM
    }

    /// Opinions with a given vote.
    pub fn camp(&self, vote: Vote) -> impl Iterator<Item = &Opinion> {
        self.seats.iter().flatten().filter(move |opinion| opinion.vote == vote)
    }
}

/// A panel, and whom it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PanelRow {
    /// Id of the symbol.
    pub symbol: u32,
    /// Id of the user it was made for, if any.
    pub user: Option<u32>,
    /// What was said.
    pub panel: Panel,
}

/// A panel in conflict.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// Id of the user it was made for, if any.
    pub user: Option<u32>,
    /// What was said.
    pub panel: Panel,
    /// The vote with the largest share of conviction.
    pub leader: Vote,
    /// Seats of the algorithms that are in conflict with the leading vote, in order.
    pub dissenting: Vec<usize>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A panel of buyers, then sellers, then algorithms that hold; the rest are silent.
    pub(crate) fn panel(buyers: &[f64], sellers: &[f64], holders: &[f64]) -> Panel {
        let side = |vote, confidences: &[f64]| {
            confidences.iter().map(|&confidence| Opinion { vote, confidence }).collect::<Vec<_>>()
        };
        let all = [side(Vote::Buy, buyers), side(Vote::Sell, sellers), side(Vote::Hold, holders)].concat();
        let mut panel = Panel::empty(0);
        for (seat, opinion) in panel.seats.iter_mut().zip(all) {
            *seat = Some(opinion);
        }
        panel
    }

    #[test]
    fn silence_does_not_count_towards_the_quorum_but_holding_does() {
        assert!(!panel(&[0.6, 0.6], &[0.6, 0.6], &[]).has_quorum());
        assert!(panel(&[0.6, 0.6], &[0.6, 0.6], &[0.6]).has_quorum());
    }
}
