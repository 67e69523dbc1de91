//! Rows of trades files.

use super::{
    cell::{Cell, known},
    draft::DraftFill,
    input::Role,
    reject::Reason,
    sequence::Sequence,
    table::{Column, Holds, Rows, optional, required},
};
use crate::domain::names::Names;

/// Takes the fills of one file.
#[derive(Debug)]
pub(super) struct FillRows<'a> {
    pub(super) users: &'a mut Names,
    pub(super) symbols: &'a mut Names,
    pub(super) orders: &'a mut Names,
    /// Names of all fills so far, those of earlier files too.
    pub(super) fill_ids: &'a mut Names,
    pub(super) fills: &'a mut Vec<DraftFill>,
    pub(super) sequence: Sequence,
}

impl Rows<10> for FillRows<'_> {
    const ROLE: Role = Role::Trades;
    const COLUMNS: [Column; 10] = [
        required("timestamp", Holds::Time),
        required("user_id", Holds::Text),
        required("symbol", Holds::Text),
        required("side", Holds::Text),
        required("quantity", Holds::Number),
        required("price", Holds::Number),
        optional("realized_pnl", Holds::Number),
        optional("equity", Holds::Number),
        optional("order_id", Holds::Text),
        optional("fill_id", Holds::Text),
    ];

    fn take(&mut self, _: u64, cells: [Cell<'_>; 10]) -> Result<(), Reason> {
        let [time, user, symbol, side, quantity, price, realized_pnl, equity, order, fill_id] = cells;
        let at = time.time("timestamp")?;
        let (user, symbol) = (user.text("user_id")?, symbol.text("symbol")?);
        let side = parse_side(side.text("side")?).ok_or_else(|| side.unreadable("side", "BUY or SELL"))?;
        let quantity = known(quantity.positive("quantity")?, "quantity")?;
        let price = known(price.positive("price")?, "price")?;
        let (realized_pnl, equity) = (realized_pnl.number("realized_pnl")?, equity.number("equity")?);
        let (order, fill_id) = (order.optional_text("order_id")?, fill_id.optional_text("fill_id")?);
        let user = self.users.intern(user);
        self.sequence.check(user, at)?;
        if fill_id.is_some_and(|id| self.fill_ids.id(id).is_some()) {
            return Err(Reason::Duplicate("fill_id"));
        }
        if let Some(id) = fill_id {
            self.fill_ids.intern(id);
        }
        self.sequence.advance(user, at);
        let symbol = self.symbols.intern(symbol);
        let order = order.map(|order| self.orders.intern(order));
        self.fills.push(DraftFill { at, user, symbol, side, quantity, price, realized_pnl, equity, order });
        Ok(())
    }
}

fn parse_side(text: &str) -> Option<i8> {
    [("BUY", 1), ("SELL", -1)]
        .into_iter()
        .find_map(|(name, side)| text.eq_ignore_ascii_case(name).then_some(side))
}
