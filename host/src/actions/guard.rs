//! The bound of what is done without a person, outside model and policies: a switch, and a cap on actions in a stretch
//! of time. What it holds back becomes REVIEW.

use std::{collections::VecDeque, fmt};

use super::plan::is_counted;
use crate::{
    config::ActionsConfig,
    domain::{
        judgement::Resolution,
        time::{MINUTE, Timestamp},
        vocabulary::DecisionType,
    },
    store::automation::{Automation, Stop},
};

/// What may still be done without a person.
#[derive(Clone, Debug)]
pub struct Guard {
    config: ActionsConfig,
    stop: Option<Stop>,
    /// Actions of the last interval: when so many were asked for.
    recent: VecDeque<(Timestamp, usize)>,
}

/// Whether actions may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may, and count from now on.
    Admitted,
    /// They may not, and nothing is counted.
    Held(Hold),
}

/// Why actions may not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// By configuration.
    Configured,
    /// By the switch.
    Stopped(Stop),
    /// They would be more than the cap.
    Capped {
        /// Most actions in an interval.
        most: u32,
        /// The interval, minutes.
        minutes: u32,
    },
}

impl fmt::Display for Hold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configured => write!(out, "automatic actions are off in the configuration"),
            Self::Stopped(stop) => {
                write!(out, "automatic actions are stopped since {}: {}", stop.at, stop.reason)
            }
            Self::Capped { most, minutes } => {
                write!(out, "there would be more than {most} automatic actions in {minutes} minutes")
            }
        }
    }
}

impl Guard {
    /// A guard that begins with nothing, as in a backtest.
    pub fn new(config: &ActionsConfig) -> Self {
        Self { config: config.clone(), stop: None, recent: VecDeque::new() }
    }

    /// A guard for one change at a moment, from what [`automation::lock`](crate::store::automation::lock) gave in it.
    pub fn of(config: &ActionsConfig, automation: Automation, now: Timestamp) -> Self {
        let recent = [(now, automation.recent)].into();
        Self { stop: automation.stop, recent, ..Self::new(config) }
    }

    /// Whether so many actions may be done now: all or none.
    pub fn admit(&mut self, wanted: usize, now: Timestamp) -> Verdict {
        if wanted == 0 {
            return Verdict::Admitted;
        }
        if !self.config.automatic {
            return Verdict::Held(Hold::Configured);
        }
        if let Some(stop) = &self.stop {
            return Verdict::Held(Hold::Stopped(stop.clone()));
        }
        let (most, minutes) = (self.config.most_per_interval, self.config.interval_minutes.get());
        let since = interval_start(&self.config, now);
        self.recent.retain(|(at, _)| *at > since);
        let recent: usize = self.recent.iter().map(|(_, count)| count).sum();
        if recent + wanted > most as usize {
            return Verdict::Held(Hold::Capped { most, minutes });
        }
        self.recent.push_back((now, wanted));
        Verdict::Admitted
    }

    /// A resolution as it may be carried out: if its actions are held back, it is REVIEW, only those actions remain that
    /// merely put the anomaly before a person, and reason and messages say why.
    #[must_use]
    pub fn hold(&mut self, mut resolution: Resolution, now: Timestamp) -> Resolution {
        let Verdict::Held(hold) = self.admit(counted(&resolution), now) else { return resolution };
        resolution.actions.retain(|action| !is_counted(action.action_type));
        resolution.reason = format!("{}; held back: {hold}", resolution.reason);
        resolution.decision = DecisionType::Review;
        for message in &mut resolution.notifications {
            message.title = format!("Held back: {}", message.title);
            message.body.clone_from(&resolution.reason);
        }
        resolution
    }
}

/// How many actions of a resolution count.
pub fn counted(resolution: &Resolution) -> usize {
    resolution.actions.iter().filter(|action| is_counted(action.action_type)).count()
}

/// Actions after this moment count now.
pub fn interval_start(config: &ActionsConfig, now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::from(config.interval_minutes.get()) * MINUTE))
}
