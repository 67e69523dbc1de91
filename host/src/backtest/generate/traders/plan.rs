//! Which trader has which episode on which day.

use super::super::{calendar, random::Random};

/// Kinds of episodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Revenge,
    Overtrading,
    Position,
    Risk,
    PostLoss,
    Time,
    Frequency,
    WinStreak,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Revenge => "REVENGE_TRADING",
            Self::Overtrading => "OVERTRADING",
            Self::Position => "POSITION_ANOMALY",
            Self::Risk => "RISK_BREACH",
            Self::PostLoss => "POST_LOSS_BEHAVIOR",
            Self::Time => "TIME_ANOMALY",
            Self::Frequency => "FREQUENCY_SPIKE",
            Self::WinStreak => "WIN_STREAK_ESCALATION",
        }
    }
}

/// Mean number of episodes of each kind in 30 sessions.
const IN_30_SESSIONS: [(Kind, f64); 8] = [
    (Kind::Revenge, 9.0),
    (Kind::Overtrading, 11.0),
    (Kind::Position, 8.0),
    (Kind::Risk, 7.0),
    (Kind::PostLoss, 10.0),
    (Kind::Time, 6.0),
    (Kind::Frequency, 8.0),
    (Kind::WinStreak, 4.0),
];

/// Sessions in which habits can be learned before the first episode.
const QUIET_SESSIONS: usize = 10;

/// One episode.
pub(super) struct Appointment {
    pub(super) trader: usize,
    pub(super) session: usize,
    pub(super) kind: Kind,
}

/// Draws the episodes, at most one a day for each trader.
pub(super) fn draw(random: &mut Random, traders: usize, days: usize) -> Vec<Appointment> {
    let quiet = calendar::quiet_sessions(days, QUIET_SESSIONS);
    let mut kinds = Vec::new();
    for (kind, mean) in IN_30_SESSIONS {
        let count = random.about(mean * (days - quiet) as f64 / 20.0);
        kinds.extend(std::iter::repeat_n(kind, count));
    }
    let mut days: Vec<(usize, usize)> =
        (quiet..days).flat_map(|session| (0..traders).map(move |trader| (trader, session))).collect();
    random.shuffle(&mut days);
    let appoint = |(kind, (trader, session))| Appointment { trader, session, kind };
    kinds.into_iter().zip(days).map(appoint).collect()
}
