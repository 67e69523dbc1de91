//! The obvious feature of each kind of behavior, by fill.

use std::collections::{BTreeMap, VecDeque};

use super::features::Feature;
use crate::{
    domain::{
        family::Family,
        rows::Fill,
        time::{HOUR, MINUTE},
    },
    ingest::Input,
};

/// A loss this recent may be what an order answers.
const RECENT: i64 = 10 * MINUTE;

/// Losses or wins that make a streak.
const LOSING: u32 = 3;
const WINNING: u32 = 4;

pub(super) fn features(input: &Input) -> Vec<Feature> {
    let mut fills: BTreeMap<u32, Vec<&Fill>> = BTreeMap::new();
    for fill in &input.fills {
        fills.entry(fill.user).or_default().push(fill);
    }
    fills.iter().flat_map(|(user, fills)| of_trader(*user, fills)).collect()
}

fn of_trader(user: u32, fills: &[&Fill]) -> Vec<Feature> {
    let everywhere = vec![true; fills.len()];
    let notional: Vec<f64> = fills.iter().map(|fill| fill.quantity * fill.price).collect();
    let (losses, wins) = streaks(fills);
    let features = [
        ("REVENGE_TRADING", notional.clone(), after_a_loss(fills)),
        ("POST_LOSS_BEHAVIOR", notional.clone(), losses.iter().map(|streak| *streak >= LOSING).collect()),
        ("WIN_STREAK_ESCALATION", notional.clone(), wins.iter().map(|streak| *streak >= WINNING).collect()),
        ("POSITION_ANOMALY", notional, everywhere.clone()),
        ("RISK_BREACH", fills.iter().map(|fill| fill.exposure / fill.equity).collect(), everywhere.clone()),
        ("TIME_ANOMALY", fills.iter().map(|fill| f64::from(fill.minute)).collect(), everywhere.clone()),
        ("OVERTRADING", within(fills, 8 * HOUR), everywhere.clone()),
        ("FREQUENCY_SPIKE", within(fills, RECENT), everywhere),
    ];
    let feature = |(kind, values, judged)| Feature {
        family: Family::Behavior,
        subject: user,
        kind,
        times: fills.iter().map(|fill| fill.at).collect(),
        values,
        judged,
    };
    features.into_iter().map(feature).collect()
}

/// Losses and wins in a row before each fill.
fn streaks(fills: &[&Fill]) -> (Vec<u32>, Vec<u32>) {
    let (mut losses, mut wins) = (0, 0);
    fills
        .iter()
        .map(|fill| {
            let before = (losses, wins);
            if fill.realized_pnl < 0.0 {
                (losses, wins) = (losses + 1, 0);
            } else if fill.realized_pnl > 0.0 {
                (losses, wins) = (0, wins + 1);
            }
            before
        })
        .unzip()
}

/// Whether a loss is recent.
fn after_a_loss(fills: &[&Fill]) -> Vec<bool> {
    let mut lost_at = i64::MIN / 2;
    fills
        .iter()
        .map(|fill| {
            let recent = fill.at - lost_at <= RECENT;
            if fill.realized_pnl < 0.0 {
                lost_at = fill.at;
            }
            recent
        })
        .collect()
}

/// Fills in the time up to each.
fn within(fills: &[&Fill], span: i64) -> Vec<f64> {
    let mut recent: VecDeque<i64> = VecDeque::new();
    fills
        .iter()
        .map(|fill| {
            recent.push_back(fill.at);
            while recent.front().is_some_and(|first| fill.at - first > span) {
                recent.pop_front();
            }
            recent.len() as f64
        })
        .collect()
}
