//! From what rows say to what follows from them.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::{
    account::Account,
    calendar::{Calendars, SessionRule},
    draft::{Draft, DraftFill},
    input::{Input, KnownColumns},
    sessions::SessionClock,
    spacing::Spacing,
};
use crate::domain::{
    names::Names,
    rows::{Bar, Fill, Signal},
    time::{MINUTE, local_time},
};

/// A symbol with a single row has no spacing; bars of one minute are the commonest.
const FALLBACK_INTERVAL: i64 = MINUTE;

/// Puts rows in order and derives what detectors need beside them: when a bar is known, its session and
/// minute, a trader's day, orders, positions and exposure. `time_zone` is that of the traders' days.
pub fn finish(draft: Draft, calendars: &Calendars, time_zone: &TimeZone) -> Input {
    let Draft { symbols, users, mut bars, mut signals, fills, labels, intake, .. } = draft;
    let symbol_ranks = symbols.ranks();
    let rank = |symbol: u32| symbol_ranks[symbol as usize];
    bars.sort_by_key(|bar| (bar.at, rank(bar.symbol)));
    signals.sort_by_key(|signal| (signal.at, rank(signal.symbol)));
    let intervals = intervals(&symbols, &bars, &signals);
    for bar in &mut bars {
        bar.known_at = bar.at.saturating_add(intervals[bar.symbol as usize]);
    }
    bars.sort_by_key(|bar| (bar.known_at, rank(bar.symbol)));
    let calendars = mark_sessions(&mut bars, &symbols, calendars);
    let fills = complete_fills(fills, &users, time_zone);
    Input {
        columns: known_columns(&bars, &fills),
        time_zone: time_zone.iana_name().unwrap_or("unnamed").to_owned(),
        symbols,
        users,
        bars,
        signals,
        fills,
        labels,
        intervals,
        calendars,
        intake,
    }
}

fn intervals(symbols: &Names, bars: &[Bar], signals: &[Signal]) -> Vec<i64> {
    let mut of_bars = vec![Spacing::default(); symbols.len()];
    let mut of_signals = of_bars.clone();
    for bar in bars {
        of_bars[bar.symbol as usize].push(bar.at);
    }
    for signal in signals {
        of_signals[signal.symbol as usize].push(signal.at);
    }
    let usual = |(bars, signals): (&Spacing, &Spacing)| {
        bars.usual().or_else(|| signals.usual()).unwrap_or(FALLBACK_INTERVAL)
    };
    of_bars.iter().zip(&of_signals).map(usual).collect()
}

fn mark_sessions(bars: &mut [Bar], symbols: &Names, calendars: &Calendars) -> Vec<SessionRule> {
    let mut clocks: Vec<_> =
        symbols.iter().map(|symbol| SessionClock::new(calendars.of(symbol).cloned())).collect();
    for bar in bars {
        (bar.session, bar.minute) = clocks[bar.symbol as usize].next(bar.at, bar.known_at);
    }
    clocks.iter().map(SessionClock::rule).collect()
}

fn complete_fills(mut fills: Vec<DraftFill>, users: &Names, time_zone: &TimeZone) -> Vec<Fill> {
    let ranks = users.ranks();
    fills.sort_by_key(|fill| (fill.at, ranks[fill.user as usize]));
    let mut orders = Orders::default();
    let mut accounts = vec![Account::default(); users.len()];
    let complete = |fill: DraftFill| {
        let DraftFill { at, user, symbol, side, quantity, price, realized_pnl, equity, .. } = fill;
        let order = orders.id(&fill);
        let (day, minute) = local_time(time_zone, at);
        let day = u32::try_from(day).unwrap_or(0);
        let after = accounts[user as usize].book(symbol, side, quantity, price);
        let (position, exposure) = (after.position, after.exposure);
        Fill {
            at,
            user,
            day,
            minute,
            order,
            symbol,
            side,
            quantity,
            price,
            realized_pnl,
            equity,
            position,
            exposure,
        }
    };
    fills.into_iter().map(complete).collect()
}

/// Gives orders dense ids in order of their first fill. An order has one trader, symbol and side: exchanges
/// number orders by account or symbol, so a name alone does not tell them apart.
#[derive(Debug, Default)]
struct Orders {
    known: HashMap<(u32, u32, i8, u32), u32>,
    next: u32,
}

impl Orders {
    fn id(&mut self, fill: &DraftFill) -> u32 {
        let fresh = self.next;
        let id = fill.order.map_or(fresh, |order| {
            *self.known.entry((fill.user, fill.symbol, fill.side, order)).or_insert(fresh)
        });
        self.next += u32::from(id == fresh);
        id
    }
}

fn known_columns(bars: &[Bar], fills: &[Fill]) -> KnownColumns {
    type Of<T> = (&'static str, fn(&T) -> f64);
    const MARKET: [Of<Bar>; 9] = [
        ("open", |bar| bar.open),
        ("high", |bar| bar.high),
        ("low", |bar| bar.low),
        ("close", |bar| bar.close),
        ("volume", |bar| bar.volume),
        ("bid", |bar| bar.bid),
        ("ask", |bar| bar.ask),
        ("open_interest", |bar| bar.open_interest),
        ("implied_volatility", |bar| bar.implied_volatility),
    ];
    const FILLS: [Of<Fill>; 2] = [("realized_pnl", |fill| fill.realized_pnl), ("equity", |fill| fill.equity)];
    fn known<T>(columns: &[Of<T>], rows: &[T]) -> std::collections::BTreeSet<&'static str> {
        let is_known = |(_, value): &&Of<T>| rows.iter().any(|row| !value(row).is_nan());
        columns.iter().filter(is_known).map(|(name, _)| *name).collect()
    }
    KnownColumns { market: known(&MARKET, bars), fills: known(&FILLS, fills) }
}
