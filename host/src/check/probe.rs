//! Ordinary data to check plugins with.

use jiff::tz::TimeZone;

use crate::{
    backtest::generate::{Dataset, Spec},
    detectors::manifest::WarmUp,
    domain::{
        panel::{Opinion, Panel, PanelRow},
        rows::{Bar, Fill},
    },
    ingest::{self, Calendars},
};

/// Sessions to judge after a warm-up.
const JUDGED_SESSIONS: usize = 12;

/// Longest probe; a longer warm-up is checked as far as this goes.
const MOST_SESSIONS: usize = 250;

/// Bars of a session in the generated data.
const SESSION_BARS: usize = 390;

/// Rows of every kind.
pub(super) struct Probe {
    pub(super) bars: Vec<Bar>,
    pub(super) fills: Vec<Fill>,
    pub(super) panels: Vec<PanelRow>,
}

impl Probe {
    /// Enough data that a good part of it comes after the warm-up.
    pub(super) fn for_warm_up(warm_up: WarmUp) -> Self {
        let sessions = (warm_up.sessions as usize).max(warm_up.rows as usize / SESSION_BARS);
        let days = (sessions + sessions / 3 + JUDGED_SESSIONS).min(MOST_SESSIONS);
        let draft = Dataset::generate(&Spec { seed: 11, days, symbols: 2 }).to_draft();
        let input = ingest::finish(draft, &Calendars::default(), &TimeZone::UTC);
        let mut panels: Vec<PanelRow> = Vec::new();
        for signal in &input.signals {
            let (symbol, user) = (signal.symbol, signal.user);
            let same = |row: &PanelRow| row.panel.at == signal.at && row.symbol == symbol && row.user == user;
            if !panels.last().is_some_and(same) {
                panels.push(PanelRow { symbol, user, panel: Panel::empty(signal.at) });
            }
            let opinion = Opinion { vote: signal.vote, confidence: signal.confidence };
            if let Some(place) =
                panels.last_mut().and_then(|row| row.panel.seats.get_mut(usize::from(signal.seat)))
            {
                *place = Some(opinion);
            }
        }
        Self { bars: input.bars, fills: input.fills, panels }
    }
}
