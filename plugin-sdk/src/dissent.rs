//! Whether an algorithm is in conflict with the rest of its panel.
//!
//! A conflict is two opposed camps that each carry conviction, not a show of hands. A confidence is read as
//! the probability that the vote is right, and the votes of a camp are pooled by Bayes' rule: their odds
//! multiply (logarithmic opinion pool; Genest & Zidek, *Statistical Science* 1986). A camp convinces with at
//! least three voices that together reach 95 %. Unsure votes (below one half) speak against their own camp,
//! so a split in which one side has no conviction is none.

use crate::{
    finding::Finding,
    score::Score,
    types::{Panel, Signal, Vote},
};

/// The kind of a dissent.
pub const KIND: &str = "DISSENT";

/// Two may agree by chance; from three on it is a camp.
const VOICES: u32 = 3;

/// Odds of 95 %, the usual level of evidence.
const ODDS: f64 = 19.0;

/// No single vote counts for more than 95 % or for less than 5 %: nobody is that sure.
const SUREST: f64 = 0.95;

/// The dissent of an algorithm that votes BUY or SELL while its camp and the opposite one both convince;
/// `None` where it is at peace.
///
/// The score takes the pooled evidence as half of what it seems, since algorithms that read the same prices
/// do not judge independently. Observed is the conviction of the opposite camp in percent.
pub fn judge(own: &Signal, panel: &Panel<'_>) -> Option<Finding> {
    let opposite = match own.vote {
        Vote::Buy => Vote::Sell,
        Vote::Sell => Vote::Buy,
        Vote::Hold => return None,
    };
    let theirs = Camp::convinced(opposite, panel)?;
    let ours = Camp::convinced(own.vote, panel)?;
    Some(
        Finding::new(KIND, Score::new(ours.discounted() * theirs.discounted()))
            .observed(100.0 * theirs.conviction())
            .message(format!(
                "{} voices for and {} against, both sides convinced ({:.1} % and {:.1} %)",
                ours.voices,
                theirs.voices,
                100.0 * ours.conviction(),
                100.0 * theirs.conviction()
            ))
            .evidence("confidence", own.confidence)
            .evidence("voices_for", f64::from(ours.voices))
            .evidence("voices_against", f64::from(theirs.voices))
            .evidence("conviction_for", ours.conviction())
            .evidence("conviction_against", theirs.conviction()),
    )
}

/// The votes of one side: how likely all are right, and how likely all are wrong.
struct Camp {
    voices: u32,
    right: f64,
    wrong: f64,
}

impl Camp {
    /// The camp behind `vote`, if it convinces.
    fn convinced(vote: Vote, panel: &Panel<'_>) -> Option<Self> {
        let mut camp = Self { voices: 0, right: 1.0, wrong: 1.0 };
        for signal in panel.seats.iter().flatten().filter(|signal| signal.vote == vote) {
            let confidence = signal.confidence.clamp(1.0 - SUREST, SUREST);
            camp.voices += 1;
            camp.right *= confidence;
            camp.wrong *= 1.0 - confidence;
        }
        (camp.voices >= VOICES && camp.right >= ODDS * camp.wrong).then_some(camp)
    }

    /// Pooled probability that the camp is right.
    fn conviction(&self) -> f64 {
        self.right / (self.right + self.wrong)
    }

    /// The same with half the evidence.
    fn discounted(&self) -> f64 {
        self.right.sqrt() / (self.right.sqrt() + self.wrong.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dissent of seat 0 in a panel of these signals.
    fn dissent(seats: &[Signal]) -> Option<Finding> {
        let seats: Vec<_> = seats.iter().copied().map(Some).collect();
        judge(&seats[0].unwrap(), &Panel { at: 0, seats: &seats, own: 0 })
    }

    fn camps(buyers: usize, of_buyers: f64, sellers: usize, of_sellers: f64) -> Vec<Signal> {
        let mut seats = vec![Signal::buy(of_buyers); buyers];
        seats.resize(buyers + sellers, Signal::sell(of_sellers));
        seats
    }

    #[test]
    fn two_convinced_camps_are_in_conflict_and_say_how_strongly() {
        let narrow = dissent(&camps(4, 0.7, 9, 0.7)).unwrap();
        let wide = dissent(&camps(4, 0.85, 9, 0.85)).unwrap();
        assert!(narrow.score < wide.score && wide.score.value() > 0.9);
        assert_eq!(wide.evidence[1], ("voices_for", 4.0));
    }

    #[test]
    fn a_side_without_conviction_is_no_camp() {
        assert_eq!(dissent(&camps(6, 0.3, 7, 0.8)), None);
        assert_eq!(dissent(&camps(6, 0.8, 7, 0.3)), None);
    }

    #[test]
    fn two_voices_are_no_camp_however_sure() {
        assert_eq!(dissent(&camps(2, 1.0, 11, 0.9)), None);
        assert!(dissent(&camps(3, 1.0, 10, 0.9)).is_some());
    }

    #[test]
    fn an_unsure_voice_speaks_against_its_camp() {
        let mut seats = camps(3, 0.75, 8, 0.8);
        assert!(dissent(&seats).is_some());
        seats.push(Signal::buy(0.3));
        assert_eq!(dissent(&seats), None);
    }

    #[test]
    fn holding_is_peace_and_weighs_on_neither_side() {
        let mut seats = camps(5, 0.8, 5, 0.8);
        let without = dissent(&seats).unwrap().score;
        seats.extend([Signal::hold(0.9); 3]);
        assert_eq!(dissent(&seats).unwrap().score, without);
        seats.rotate_right(1);
        assert_eq!(dissent(&seats), None);
    }
}
