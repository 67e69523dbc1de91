use crate::types::Signal;

/// The most that one indicator can be sure of: nine to one.
const SUREST: f64 = 0.9;

/// The signal of a reading: above zero it buys, below it sells, within `neutral` of zero it holds.
///
/// Conviction is one half (a coin toss) at the edge of the neutral zone and grows with the reading, measured
/// in neutral zones: 0.7 at twice the zone, 0.77 at three times, never 0.9. Ordinary readings are thus
/// modest, and only several extreme ones together make a convinced camp. A NaN reading holds.
pub fn lean(reading: f64, neutral: f64) -> Signal {
    let beyond = reading.abs() / neutral - 1.0;
    let conviction = 0.5 + (SUREST - 0.5) * beyond / (1.0 + beyond);
    match reading {
        reading if reading > neutral => Signal::buy(conviction),
        reading if reading < -neutral => Signal::sell(conviction),
        _ => Signal::hold(0.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Vote;

    #[test]
    fn conviction_grows_from_a_coin_toss_and_stays_modest() {
        assert_eq!(lean(1.0, 2.0), Signal::hold(0.5));
        assert_eq!(lean(4.0, 2.0), Signal::buy(0.7));
        assert_eq!(lean(-4.0, 2.0), Signal::sell(0.7));
        assert!(lean(1e9, 2.0).confidence < 0.9001);
        assert_eq!(lean(f64::NAN, 2.0).vote, Vote::Hold);
    }
}
