//! Rows that cannot be right, whatever came before them.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::error::IngestError;
use crate::{
    domain::{
        family::seat,
        time::{DAY, Timestamp},
    },
    store::rows::{Bar, Rows, Signal, Trade},
};

/// Longest name of a symbol, trader, order or fill, bytes.
const LONGEST_NAME: usize = 128;

/// How far rows may be ahead of the host's clock: beyond this it is a mistake, after which all right rows would be late.
const AHEAD: i64 = DAY;

/// 1980-01-01: rows from before are times in another unit.
const OLDEST: i64 = 3_652 * DAY;

/// Most UTC days that rows of one request may be of. Rows of each day are kept in a place of their own, which costs far
/// more than a row.
const MOST_DAYS: usize = 400;

/// Whether rows are of few enough days.
pub(super) fn days(rows: &Rows) -> Result<(), IngestError> {
    let times = rows.bars.iter().map(|it| it.at).chain(rows.signals.iter().map(|it| it.at));
    let times = times.chain(rows.trades.iter().map(|it| it.at));
    let days: HashSet<i64> = times.map(|at| at.0.div_euclid(DAY)).collect();
    let days = days.len();
    if days > MOST_DAYS { Err(IngestError::TooManyDays { days, most: MOST_DAYS }) } else { Ok(()) }
}

pub(super) fn bar(bar: &Bar, now: Timestamp) -> Result<(), String> {
    name("symbol", &bar.symbol)?;
    time(bar.at, now)?;
    positive("close", bar.close)?;
    let prices =
        [("open", bar.open), ("high", bar.high), ("low", bar.low), ("bid", bar.bid), ("ask", bar.ask)];
    prices.into_iter().try_for_each(|(field, price)| price.map_or(Ok(()), |price| positive(field, price)))?;
    let amounts = [("volume", bar.volume), ("open_interest", bar.open_interest)];
    for (field, amount) in amounts {
        if amount.is_some_and(|amount| amount < Decimal::ZERO) {
            return Err(format!("{field} {} is negative", amount.unwrap_or_default()));
        }
    }
    match bar.implied_volatility {
        Some(value) if !(value >= 0.0 && value.is_finite()) => {
            Err(format!("implied_volatility {value} is no number from 0 up"))
        }
        _ => Ok(()),
    }
}

pub(super) fn signal(signal: &Signal, now: Timestamp) -> Result<(), String> {
    name("symbol", &signal.symbol)?;
    signal.user_id.as_deref().map_or(Ok(()), |user| name("user_id", user))?;
    time(signal.at, now)?;
    if seat(&signal.algorithm).is_none() {
        return Err(format!("algorithm {:?} is none of the 13", clipped(&signal.algorithm)));
    }
    if !(0.0..=1.0).contains(&signal.confidence) {
        return Err(format!("confidence {} is not between 0 and 1", signal.confidence));
    }
    Ok(())
}

pub(super) fn trade(trade: &Trade, now: Timestamp) -> Result<(), String> {
    name("user_id", &trade.user_id)?;
    name("symbol", &trade.symbol)?;
    trade.order_id.as_deref().map_or(Ok(()), |order| name("order_id", order))?;
    trade.fill_id.as_deref().map_or(Ok(()), |fill| name("fill_id", fill))?;
    time(trade.at, now)?;
    positive("quantity", trade.quantity)?;
    positive("price", trade.price)
}

fn name(field: &str, name: &str) -> Result<(), String> {
    match name {
        "" => Err(format!("{field} is empty")),
        long if long.len() > LONGEST_NAME => Err(format!("{field} is longer than {LONGEST_NAME} bytes")),
        odd if odd.chars().any(char::is_control) => Err(format!("{field} is not one line of plain text")),
        _ => Ok(()),
    }
}

fn time(at: Timestamp, now: Timestamp) -> Result<(), String> {
    if at.0 > now.0.saturating_add(AHEAD) {
        return Err(format!("timestamp {at} is more than a day ahead of this host's clock"));
    }
    if at.0 < OLDEST {
        return Err(format!("timestamp {at} is before 1980; integers are microseconds since 1970"));
    }
    Ok(())
}

fn positive(field: &str, value: Decimal) -> Result<(), String> {
    if value > Decimal::ZERO { Ok(()) } else { Err(format!("{field} {value} is not positive")) }
}

fn clipped(text: &str) -> String {
    text.chars().take(32).collect()
}
