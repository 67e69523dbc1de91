//! What a trader holds, fill by fill.

/// Positions of one trader.
#[derive(Clone, Debug, Default)]
pub struct Account {
    holdings: Vec<Holding>,
}

#[derive(Clone, Copy, Debug)]
struct Holding {
    symbol: u32,
    position: f64,
    price: f64,
}

/// An account right after a fill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AfterFill {
    /// Signed net units in the fill's symbol.
    pub position: f64,
    /// Sum over symbols of |net position| times the trader's last fill price there, quote currency.
    pub exposure: f64,
}

/// Closing to within this share of the last fill is flat: what is left is rounding of sums.
const FLAT: f64 = 1e-9;

impl Account {
    /// Books a fill; `side` is 1 for BUY, -1 for SELL.
    pub fn book(&mut self, symbol: u32, side: i8, quantity: f64, price: f64) -> AfterFill {
        let index = self.holdings.iter().position(|holding| holding.symbol == symbol);
        let before = index.map_or(0.0, |index| self.holdings[index].position);
        let after = before + f64::from(side) * quantity;
        let position = if after.abs() <= FLAT * quantity { 0.0 } else { after };
        match index {
            Some(index) if position == 0.0 => {
                self.holdings.remove(index);
            }
            Some(index) => self.holdings[index] = Holding { symbol, position, price },
            None => self.holdings.push(Holding { symbol, position, price }),
        }
        let exposure =
            self.holdings.iter().fold(0.0, |sum, holding| sum + holding.position.abs() * holding.price);
        AfterFill { position, exposure }
    }
}
