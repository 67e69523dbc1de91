//! Episodes: what a trader does when habits are left behind, and the labels that say so.

use super::{
    desk::{Desk, Trade},
    plan::Kind,
};
use crate::domain::{
    family::Family,
    label::{Label, LabelKind},
    time::{HOUR, MINUTE},
};

/// Largest position outside an episode of risk, as a share of equity; and the largest loss.
const PRUDENT_EXPOSURE: f64 = 0.7;
const PRUDENT_LOSS: f64 = 0.015;

/// How long an episode blurs what comes after it.
const AFTERMATH: i64 = 2 * HOUR;

/// Plays the episode at the desk and labels it: the kind itself, and those of which nobody can say meanwhile.
pub(super) fn play(desk: &mut Desk<'_>, kind: Kind, open: i64, done: usize, trader: &str) -> Vec<Label> {
    let start = match kind {
        Kind::Revenge => revenge(desk),
        Kind::Overtrading => overtrading(desk, open, done),
        Kind::Position => position(desk),
        Kind::Risk => risk(desk),
        Kind::PostLoss => post_loss(desk),
        Kind::Time => off_hours(desk, open),
        Kind::Frequency => burst(desk),
        Kind::WinStreak => win_streak(desk),
    };
    let end = desk.last_fill();
    let label = |end, kind| Label { start, end, family: Family::Behavior, subject: trader.into(), kind };
    let mut labels = vec![label(end, LabelKind::Anomaly(Some(kind.name().into())))];
    let blurred = |other: &&Kind| **other != kind;
    labels.extend(
        blurs(kind)
            .iter()
            .filter(blurred)
            .map(|other| label(end + AFTERMATH, LabelKind::Ignore(Some(other.name().into())))),
    );
    desk.wait(5.0, 15.0);
    labels
}

/// The kinds that an episode may look like.
const fn blurs(kind: Kind) -> &'static [Kind] {
    const SIZE: &[Kind] = &[Kind::Revenge, Kind::Position, Kind::PostLoss, Kind::WinStreak, Kind::Frequency];
    match kind {
        Kind::Revenge | Kind::PostLoss | Kind::WinStreak | Kind::Position => SIZE,
        Kind::Risk => &[Kind::Revenge, Kind::Position, Kind::PostLoss, Kind::WinStreak],
        Kind::Overtrading | Kind::Frequency => {
            &[Kind::Frequency, Kind::Overtrading, Kind::Revenge, Kind::PostLoss, Kind::WinStreak]
        }
        Kind::Time => &[],
    }
}

/// A loss large for this trader; minutes later back in, larger, once or again and again.
fn revenge(desk: &mut Desk<'_>) -> i64 {
    let mut trade = desk.usual();
    trade.notional = desk.habits.notional * desk.random.between(0.9, 1.6);
    trade.outcome = -desk.habits.outcome * desk.random.between(4.0, 7.0);
    desk.round_trip(&trade);
    let start = desk.last_fill();
    let mut factor = desk.random.between(2.0, 3.2);
    for _ in 0..desk.random.whole(1, 3) {
        desk.wait(0.4, 4.0);
        let trade = scaled(desk, factor);
        desk.round_trip(&trade);
        factor *= desk.random.between(1.0, 1.3);
    }
    start
}

/// Three times the day's usual trades and more, in the hours that are left. Counts from the trade that is one too many.
fn overtrading(desk: &mut Desk<'_>, open: i64, done: usize) -> i64 {
    let usual = desk.habits.trades;
    let total = (usual * desk.random.between(3.0, 4.5)) as usize;
    let left = ((open + desk.habits.leaves_at * MINUTE - desk.now) / MINUTE).max(90) as f64;
    let each = left / total as f64;
    let mut start = desk.now;
    for number in 1..=total {
        let mut trade = desk.usual();
        trade.holding = each * desk.random.between(0.3, 0.7);
        if (done + number) as f64 <= 1.3 * usual {
            start = desk.now;
        }
        desk.round_trip(&trade);
        desk.wait(0.2 * each, 0.8 * each);
    }
    start
}

/// One position several times the usual size.
fn position(desk: &mut Desk<'_>) -> i64 {
    let factor = if desk.random.chance(0.1) { 3.5 } else { desk.random.log_between(4.5, 11.0) };
    let trade = scaled(desk, factor);
    let start = desk.now;
    desk.round_trip(&trade);
    start
}

/// Exposure above equity's limit, one loss that costs too much, or several that do together.
fn risk(desk: &mut Desk<'_>) -> i64 {
    let start = desk.now;
    let shape = desk.random.unit();
    let mut trade = desk.usual();
    if shape < 0.5 {
        trade.notional = desk.equity * desk.random.between(0.9, 1.5);
        trade.outcome *= 0.5;
        desk.round_trip(&trade);
    } else if shape < 0.8 {
        trade.notional = desk.equity * desk.random.between(0.5, PRUDENT_EXPOSURE);
        trade.outcome = -desk.equity * desk.random.between(0.028, 0.036) / trade.notional;
        desk.round_trip(&trade);
    } else {
        for _ in 0..4 {
            trade.notional = desk.equity * desk.random.between(0.4, PRUDENT_EXPOSURE);
            trade.outcome = -desk.equity * desk.random.between(0.015, 0.019) / trade.notional;
            desk.round_trip(&trade);
            desk.wait(2.0, 8.0);
        }
    }
    start
}

/// Three to five losses in a row, then larger, faster, and in instruments never touched before.
fn post_loss(desk: &mut Desk<'_>) -> i64 {
    for _ in 0..desk.random.whole(3, 5) {
        let mut trade = desk.usual();
        trade.outcome = -trade.outcome.abs();
        desk.round_trip(&trade);
        desk.wait(3.0, 12.0);
    }
    let start = desk.last_fill();
    desk.now = start;
    for number in 0..desk.random.whole(4, 6) {
        desk.wait(0.4, 2.0);
        let factor = desk.random.between(1.7, 2.7);
        let mut trade = scaled(desk, factor);
        trade.holding *= 0.4;
        if number % 2 == 0 {
            trade.instrument = desk.habits.unfamiliar[desk.random.below(desk.habits.unfamiliar.len())];
        }
        desk.round_trip(&trade);
    }
    start
}

/// A few trades in the night, hours away from the working hours.
fn off_hours(desk: &mut Desk<'_>, open: i64) -> i64 {
    desk.now = open + (desk.habits.leaves_at + desk.random.whole(300, 620) as i64) * MINUTE;
    let start = desk.now;
    for _ in 0..desk.random.whole(1, 4) {
        let trade = desk.usual();
        desk.round_trip(&trade);
        desk.wait(3.0, 15.0);
    }
    start
}

/// Eight to fourteen positions within minutes.
fn burst(desk: &mut Desk<'_>) -> i64 {
    let start = desk.now;
    for _ in 0..desk.random.whole(8, 14) {
        let mut trade = desk.usual();
        trade.holding = desk.random.between(0.3, 0.8);
        trade.outcome *= 0.3;
        desk.round_trip(&trade);
        desk.wait(0.1, 0.4);
    }
    start
}

/// Four or five wins, then larger with each further win.
fn win_streak(desk: &mut Desk<'_>) -> i64 {
    for _ in 0..desk.random.whole(4, 5) {
        let mut trade = desk.usual();
        trade.outcome = trade.outcome.abs();
        desk.round_trip(&trade);
        desk.wait(3.0, 10.0);
    }
    let start = desk.last_fill();
    let mut factor = 1.0;
    for _ in 0..desk.random.whole(3, 5) {
        factor *= desk.random.between(1.4, 1.75);
        let mut trade = scaled(desk, factor);
        trade.outcome = trade.outcome.abs();
        desk.round_trip(&trade);
        desk.wait(2.0, 8.0);
    }
    start
}

/// A position `factor` times the median one, in prudent limits.
fn scaled(desk: &mut Desk<'_>, factor: f64) -> Trade {
    let mut trade = desk.usual();
    let wobble = desk.random.between(0.92, 1.08);
    trade.notional = (desk.habits.notional * factor * wobble).min(PRUDENT_EXPOSURE * desk.equity);
    let worst = PRUDENT_LOSS * desk.equity / trade.notional;
    trade.outcome = trade.outcome.clamp(-worst, worst);
    trade
}
