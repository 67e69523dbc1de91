use crate::domain::{
    random::Random,
    time::{HOUR, MINUTE, SECOND},
};

/// Pauses after each attempt that failed, microseconds: some 28 hours in all, after which a message is given up.
const PAUSES: [i64; 7] = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];

/// Share of a pause that is added at most, so that messages that failed together do not come back together.
const JITTER: f64 = 0.2;

/// Microseconds until the next attempt, of which so many were made, from 1; `None` after the last. Never less than the
/// receiver asks for.
pub(super) fn pause(attempts: i32, retry_after: Option<i64>, random: &mut Random) -> Option<i64> {
    let pause = *PAUSES.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    let jittered = pause + (pause as f64 * random.between(0.0, JITTER)) as i64;
    Some(jittered.max(retry_after.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(retry_after: Option<i64>) -> Vec<i64> {
        let mut random = Random::new(1, "webhook");
        (1..).map_while(|attempts| pause(attempts, retry_after, &mut random)).collect()
    }

    #[test]
    fn a_message_is_tried_for_hours_and_then_given_up() {
        let pauses = pauses(None);
        assert_eq!(pauses.len(), PAUSES.len());
        for (pause, least) in pauses.iter().zip(PAUSES) {
            assert!((least..=least * 6 / 5).contains(pause), "{pause} after {least}");
        }
        assert!(pauses.iter().zip(PAUSES).any(|(pause, least)| *pause > least));
        assert!(pauses.iter().sum::<i64>() > 27 * HOUR);
    }

    #[test]
    fn receivers_may_ask_for_more_time_and_not_for_less() {
        assert!(pauses(Some(3 * HOUR)).iter().all(|pause| *pause >= 3 * HOUR));
        assert_eq!(pauses(Some(SECOND)), pauses(None));
    }
}
