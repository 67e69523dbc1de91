//! The data as rows of a run, as if they had been read from files.

use super::{
    Dataset, SymbolData,
    traders::{Account, INSTRUMENTS},
};
use crate::{
    domain::{
        rows::{Bar, Signal},
        time::MINUTE,
    },
    ingest::{Draft, DraftFill},
};

pub(super) fn of(data: &Dataset) -> Draft {
    let mut draft = Draft { labels: data.labels.clone(), ..Draft::default() };
    for symbol in &data.symbols {
        add_symbol(&mut draft, symbol);
    }
    for account in &data.accounts {
        add_account(&mut draft, account);
    }
    draft
}

fn add_symbol(draft: &mut Draft, symbol: &SymbolData) {
    let id = draft.symbols.intern(&symbol.name);
    let columns = &symbol.columns;
    draft.bars.extend(symbol.slots.iter().enumerate().map(|(row, slot)| Bar {
        open: columns.open[row],
        high: columns.high[row],
        low: columns.low[row],
        close: columns.close[row],
        volume: columns.volume[row],
        bid: columns.bid[row],
        ask: columns.ask[row],
        open_interest: columns.open_interest[row],
        implied_volatility: columns.implied_volatility[row],
        ..Bar::unknown(id, slot.at)
    }));
    draft.signals.extend(symbol.opinions.iter().map(|opinion| Signal {
        at: symbol.slots[opinion.slot].at + MINUTE,
        symbol: id,
        user: None,
        seat: opinion.seat,
        vote: opinion.vote,
        confidence: opinion.confidence,
    }));
}

fn add_account(draft: &mut Draft, account: &Account) {
    let user = draft.users.intern(&account.name);
    for fill in &account.executions {
        draft.fills.push(DraftFill {
            at: fill.at,
            user,
            symbol: draft.symbols.intern(INSTRUMENTS[fill.instrument]),
            side: fill.side,
            quantity: fill.quantity,
            price: fill.price,
            realized_pnl: fill.realized_pnl,
            equity: fill.equity,
            order: Some(draft.orders.intern(&account.order_name(fill))),
        });
    }
}
