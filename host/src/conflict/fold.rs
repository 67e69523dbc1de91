use super::{Consensus, Panel};
use crate::domain::{finding::Severity, rows::Vote};

/// Odds of 95 %: a camp that reaches them convinces.
const ODDS: f64 = 19.0;

/// A side needs more than one witness.
const WITNESSES: usize = 2;

/// Below this a component itself doubts that there is a conflict.
const LIKELY: f64 = 0.5;

/// What one component said about a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dissent {
    /// The component's seat.
    pub seat: usize,
    /// The probability it gave, 0 to 1.
    pub score: f64,
}

/// A panel in conflict.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelVerdict {
    /// Probability that the conflict is real.
    pub score: f64,
    /// LOW (minor), MEDIUM (warning) or CRITICAL, by how evenly the panel is split.
    pub severity: Severity,
    /// Of the panel as it was said.
    pub consensus: Consensus,
    /// Seats of the dissenters that buy.
    pub buyers: Vec<usize>,
    /// Seats of the dissenters that sell.
    pub sellers: Vec<usize>,
    /// One line for a person.
    pub message: String,
}

impl PanelVerdict {
    /// Seats of the dissenters that want something else than the leading vote, in order.
    pub fn dissenting(&self) -> Vec<usize> {
        let buyers = self.buyers.iter().filter(|_| self.consensus.leader != Vote::Buy);
        let sellers = self.sellers.iter().filter(|_| self.consensus.leader != Vote::Sell);
        let mut seats: Vec<usize> = buyers.chain(sellers).copied().collect();
        seats.sort_unstable();
        seats
    }
}

/// Weighs the dissents about the panels of one (symbol, user), in time order. It remembers one panel.
///
/// The dissenters of each side pool their odds (logarithmic opinion pool, as the components do for all votes).
/// Algorithms that read the same prices do not judge independently, so the evidence of one panel counts half:
/// two panels in a row must be split between sides of 95 %, or one between sides of twice that evidence.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    previous: Option<Split>,
}

impl Fold {
    /// The verdict on a panel. `said` is the panel as it came, `shown` as the components saw it.
    pub fn judge(&mut self, said: &Panel, shown: &Panel, dissents: &[Dissent]) -> Option<PanelVerdict> {
        let sides = Sides::of(shown, dissents);
        let split = sides.split();
        let previous = core::mem::replace(&mut self.previous, split);
        let evidence = split?.halved(previous.unwrap_or(Split::NONE))?;
        let consensus = Consensus::of(said)?;
        Some(PanelVerdict {
            score: evidence.probability(),
            severity: severity(&consensus),
            consensus,
            message: message(said, &consensus),
            buyers: sides.buyers,
            sellers: sides.sellers,
        })
    }
}

/// Odds behind a confidence. No single vote counts for more than 95 % or for less than 5 %.
pub(super) fn odds(confidence: f64) -> f64 {
    let confidence = confidence.clamp(0.05, 0.95);
    confidence / (1.0 - confidence)
}

/// The dissenters of a panel by side, with their pooled odds.
struct Sides {
    buyers: Vec<usize>,
    sellers: Vec<usize>,
    odds: Split,
}

impl Sides {
    fn of(shown: &Panel, dissents: &[Dissent]) -> Self {
        let mut sides = Self { buyers: Vec::new(), sellers: Vec::new(), odds: Split::NONE };
        for dissent in dissents.iter().filter(|dissent| dissent.score >= LIKELY) {
            let Some(Some(opinion)) = shown.seats.get(dissent.seat) else { continue };
            let (side, pooled) = match opinion.vote {
                Vote::Buy => (&mut sides.buyers, &mut sides.odds.buy),
                Vote::Sell => (&mut sides.sellers, &mut sides.odds.sell),
                Vote::Hold => continue,
            };
            side.push(dissent.seat);
            *pooled *= odds(opinion.confidence);
        }
        sides
    }

    fn split(&self) -> Option<Split> {
        let heard = self.buyers.len() >= WITNESSES && self.sellers.len() >= WITNESSES;
        (heard && self.odds.weaker() >= ODDS).then_some(self.odds)
    }
}

/// Pooled odds of the two sides.
#[derive(Clone, Copy, Debug)]
struct Split {
    buy: f64,
    sell: f64,
}

impl Split {
    /// No evidence for either.
    const NONE: Self = Self { buy: 1.0, sell: 1.0 };

    fn weaker(&self) -> f64 {
        self.buy.min(self.sell)
    }

    /// Half the evidence of two panels together, if it is enough.
    fn halved(self, previous: Self) -> Option<Self> {
        let pooled = Self { buy: (self.buy * previous.buy).sqrt(), sell: (self.sell * previous.sell).sqrt() };
        (pooled.weaker() >= ODDS).then_some(pooled)
    }

    /// Probability that both sides mean it.
    fn probability(&self) -> f64 {
        self.buy / (1.0 + self.buy) * (self.sell / (1.0 + self.sell))
    }
}

/// Critical where nobody holds half of the conviction, a warning where the leader lacks two thirds.
fn severity(consensus: &Consensus) -> Severity {
    match consensus.percent {
        percent if percent < 50.0 => Severity::Critical,
        percent if percent < 200.0 / 3.0 => Severity::Medium,
        _ => Severity::Low,
    }
}

fn message(said: &Panel, consensus: &Consensus) -> String {
    let (buyers, sellers) = (said.camp(Vote::Buy).count(), said.camp(Vote::Sell).count());
    format!(
        "{buyers} buy against {sellers} that sell, both sides convinced; consensus {:.1} %",
        consensus.percent
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::panel::tests::panel;

    /// Everybody who buys or sells dissents.
    fn all(panel: &Panel) -> Vec<Dissent> {
        let seats = panel.seats.iter().enumerate();
        seats
            .filter(|(_, seat)| seat.is_some_and(|opinion| opinion.vote != Vote::Hold))
            .map(|(seat, _)| Dissent { seat, score: 0.8 })
            .collect()
    }

    fn judge(fold: &mut Fold, panel: &Panel) -> Option<PanelVerdict> {
        fold.judge(panel, panel, &all(panel))
    }

    #[test]
    fn a_plain_split_needs_a_second_panel() {
        let (mut fold, split) = (Fold::default(), panel(&[0.75; 4], &[0.7; 8], &[]));
        assert_eq!(judge(&mut fold, &split), None);
        let verdict = judge(&mut fold, &split).unwrap();
        assert_eq!((verdict.buyers.len(), verdict.sellers.len()), (4, 8));
        assert!(verdict.score > 0.9);
    }

    #[test]
    fn an_overwhelming_split_is_called_at_once() {
        let verdict = judge(&mut Fold::default(), &panel(&[0.9; 6], &[0.9; 6], &[])).unwrap();
        assert_eq!(verdict.severity, Severity::Medium);
        assert!((verdict.consensus.percent - 50.0).abs() < 1e-9);
    }

    #[test]
    fn peace_between_two_splits_starts_anew() {
        let (mut fold, split) = (Fold::default(), panel(&[0.75; 4], &[0.7; 8], &[]));
        judge(&mut fold, &split);
        assert_eq!(judge(&mut fold, &panel(&[0.7; 12], &[], &[])), None);
        assert_eq!(judge(&mut fold, &split), None);
    }

    #[test]
    fn the_verdict_rests_on_the_dissents() {
        let (mut fold, split) = (Fold::default(), panel(&[0.8; 6], &[0.8; 6], &[]));
        for dissents in [vec![], all(&split)[..7].to_vec(), all(&split)[4..].to_vec()] {
            fold.judge(&split, &split, &dissents);
            assert_eq!(fold.judge(&split, &split, &dissents), None, "{dissents:?}");
        }
        let doubtful: Vec<_> =
            all(&split).into_iter().map(|dissent| Dissent { score: 0.4, ..dissent }).collect();
        assert_eq!(fold.judge(&split, &split, &doubtful), None);
        assert!(judge(&mut fold, &split).is_some());
    }

    #[test]
    fn severity_follows_how_evenly_the_panel_is_split() {
        let severity = |buyers: usize, sellers: usize, holders: usize| {
            let panel = panel(&vec![0.9; buyers], &vec![0.9; sellers], &vec![0.9; holders]);
            judge(&mut Fold::default(), &panel).unwrap().severity
        };
        assert_eq!(severity(9, 3, 0), Severity::Low);
        assert_eq!(severity(7, 5, 0), Severity::Medium);
        assert_eq!(severity(5, 5, 3), Severity::Critical);
    }
}
