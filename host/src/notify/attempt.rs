use super::channels::Failure;
use crate::{
    config::NotificationsConfig,
    domain::{random::Random, time::Timestamp},
    store::notifications::Attempt,
};

/// What becomes of a delivery, of which so many attempts were made, from 1. Waits are shortened by up to a half at random,
/// so that what failed together does not come back together.
pub(super) fn attempt(
    attempts: i32,
    outcome: Result<(), Failure>,
    settings: &NotificationsConfig,
    now: Timestamp,
    random: &mut Random,
) -> Attempt {
    let attempts = attempts.unsigned_abs();
    match outcome {
        Ok(()) => Attempt::Delivered,
        Err(Failure::Never { reason }) => Attempt::Failed { error: reason },
        Err(Failure::Later { reason, .. }) if attempts >= settings.attempts.get() => {
            Attempt::Failed { error: format!("given up after {attempts} attempts: {reason}") }
        }
        Err(Failure::Later { reason, after }) => {
            let wait = (settings.retry_after(attempts) as f64 * random.between(0.5, 1.0)) as i64;
            let asked = after.unwrap_or(0).min(settings.longest_retry());
            Attempt::Again { at: Timestamp(now.0.saturating_add(wait.max(asked))), error: reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR, MINUTE, SECOND};

    fn wait(attempts: i32, after: Option<i64>, random: &mut Random) -> i64 {
        let failure = Err(Failure::Later { reason: "no answer".into(), after });
        match attempt(attempts, failure, &NotificationsConfig::default(), Timestamp(0), random) {
            Attempt::Again { at, .. } => at.0,
            ended => panic!("{ended:?}"),
        }
    }

    #[test]
    fn waits_double_and_are_scattered() {
        let mut random = Random::new(1, "attempt");
        for (attempts, longest) in [(1, 30 * SECOND), (4, 4 * MINUTE), (9, HOUR)] {
            let waits: Vec<i64> = (0..50).map(|_| wait(attempts, None, &mut random)).collect();
            assert!(waits.iter().all(|wait| (longest / 2..=longest).contains(wait)), "{waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]));
        }
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_up_to_the_longest_wait() {
        let mut random = Random::new(1, "attempt");
        assert_eq!(wait(1, Some(20 * MINUTE), &mut random), 20 * MINUTE);
        assert_eq!(wait(1, Some(20 * HOUR), &mut random), HOUR);
        assert!(wait(4, Some(0), &mut random) >= 2 * MINUTE);
    }
}
