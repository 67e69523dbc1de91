//! What follows from the rows.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        rows::Bar,
        time::{DAY, HOUR, MINUTE},
    },
    ingest::{Account, Calendars, Draft, DraftFill, finish},
};

fn complete(draft: Draft) -> Input {
    finish(draft, &Calendars::default(), &TimeZone::UTC)
}

fn bars_at(times: impl IntoIterator<Item = i64>) -> Draft {
    let mut draft = Draft::default();
    let symbol = draft.symbols.intern("A");
    draft.bars.extend(times.into_iter().map(|at| Bar::unknown(symbol, at)));
    draft
}

fn fill(at: i64, symbol: u32, side: i8, quantity: f64, price: f64, order: Option<u32>) -> DraftFill {
    DraftFill { at, user: 0, symbol, side, quantity, price, realized_pnl: 0.0, equity: f64::NAN, order }
}

#[test]
fn a_bar_is_known_at_its_close() {
    let input = complete(bars_at([0, 5 * MINUTE, 10 * MINUTE, 70 * MINUTE]));
    assert_eq!(input.intervals, [5 * MINUTE]);
    assert!(input.bars.iter().all(|bar| bar.known_at == bar.at + 5 * MINUTE));
    assert_eq!(complete(bars_at([0])).intervals, [MINUTE]);
}

#[test]
fn bars_are_ordered_by_when_they_are_known_and_by_symbol_name() {
    let mut draft = bars_at([0, HOUR, 2 * HOUR]);
    let minutes = draft.symbols.intern("0");
    draft.bars.extend([HOUR - MINUTE, HOUR].map(|at| Bar::unknown(minutes, at)));
    let order: Vec<_> = complete(draft).bars.iter().map(|bar| (bar.symbol, bar.at)).collect();
    assert_eq!(order, [(minutes, HOUR - MINUTE), (0, 0), (minutes, HOUR), (0, HOUR), (0, 2 * HOUR)]);
}

#[test]
fn columns_are_known_if_some_row_has_a_value() {
    let input = market("timestamp,symbol,close,volume,bid\n0,A,1,,\n60000000,A,1,0,\n").unwrap();
    assert_eq!(input.columns.market.iter().copied().collect::<Vec<_>>(), ["close", "volume"]);
    assert_eq!(input.columns.fills.len(), 0);
}

#[test]
fn a_traders_day_follows_the_time_zone() {
    let folder = Folder::new();
    let path = folder.file(
        "trades.csv",
        "timestamp,user_id,symbol,side,quantity,price\n1970-01-02T19:00:00Z,u,A,BUY,1,1\n",
    );
    let time_zone = TimeZone::get("Asia/Kolkata").unwrap();
    let input = try_read(&Sources { trades: vec![path], time_zone, ..Sources::default() }).unwrap();
    assert_eq!((input.fills[0].day, input.fills[0].minute), (2, 30));
    assert_eq!(input.time_zone, "Asia/Kolkata");
}

#[test]
fn fills_share_an_order_by_trader_symbol_side_and_name() {
    let mut draft = Draft::default();
    draft.users.intern("u");
    let (one, two) = (draft.symbols.intern("A"), draft.symbols.intern("B"));
    let (x, y) = (Some(draft.orders.intern("x")), Some(draft.orders.intern("y")));
    draft.fills =
        [(one, 1, x), (one, 1, None), (one, 1, x), (two, 1, x), (one, -1, x), (one, 1, None), (one, 1, y)]
            .map(|(symbol, side, order)| fill(0, symbol, side, 1.0, 1.0, order))
            .into();
    let orders: Vec<_> = complete(draft).fills.iter().map(|fill| fill.order).collect();
    assert_eq!(orders, [0, 1, 0, 2, 3, 4, 5]);
}

#[test]
fn exposure_sums_positions_at_their_last_fill_prices() {
    let mut account = Account::default();
    let mut book = |symbol, side, quantity, price| {
        let after = account.book(symbol, side, quantity, price);
        (after.position, after.exposure)
    };
    assert_eq!(book(0, 1, 10.0, 100.0), (10.0, 1_000.0));
    assert_eq!(book(1, -1, 5.0, 20.0), (-5.0, 1_100.0));
    assert_eq!(book(0, -1, 4.0, 110.0), (6.0, 760.0));
    assert_eq!(book(1, 1, 5.0, 30.0), (0.0, 660.0));
    assert_eq!(book(0, -1, 16.0, 100.0), (-10.0, 1_000.0));
    assert_eq!(book(0, 1, 10.0, 90.0), (0.0, 0.0));
}

#[test]
fn what_rounding_leaves_is_flat() {
    let mut account = Account::default();
    account.book(0, 1, 0.1, 10.0);
    account.book(0, 1, 0.2, 10.0);
    assert_eq!(account.book(0, -1, 0.3, 10.0).position, 0.0);
}

proptest! {
    #[test]
    fn what_comes_later_changes_nothing_before(hours in prop::collection::vec(0_i64..60, 30..60), cut in 1_usize..20) {
        let mut at = 0;
        let times: Vec<_> = hours.iter().flat_map(|&pause| {
            at += pause * HOUR / 4;
            let start = at;
            at += 40 * MINUTE;
            (0..40).map(move |minute| start + minute * MINUTE)
        }).collect();
        let whole = complete(bars_at(times.iter().copied()));
        let part = complete(bars_at(times[..times.len() - cut * 40].iter().copied()));
        let shape = |input: &Input, count: usize| -> Vec<_> {
            input.bars.iter().take(count).map(|bar| (bar.at, bar.known_at, bar.session, bar.minute)).collect()
        };
        prop_assert_eq!(shape(&whole, part.bars.len()), shape(&part, part.bars.len()));
    }

    #[test]
    fn days_and_minutes_make_up_the_time(at in 0_i64..60_000_000_000_000_000) {
        let mut draft = Draft::default();
        draft.users.intern("u");
        draft.symbols.intern("A");
        draft.fills.push(fill(at, 0, 1, 1.0, 1.0, None));
        let fill = complete(draft).fills[0];
        prop_assert_eq!(i64::from(fill.day) * DAY + i64::from(fill.minute) * MINUTE, at - at % MINUTE);
    }
}
