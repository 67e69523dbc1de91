//! What an order does to the trader's position.

use crate::types::Order;

/// Part of an order's quantity that is rounding dust in a position, not a position.
const DUST: f64 = 1e-4;

/// Slices of one decision follow each other within a second, microseconds.
const SLICE: i64 = 1_000_000;

impl Order {
    /// Whether it opens, enlarges or turns round a position.
    pub fn opens(&self) -> bool {
        let (dust, sign) = (DUST * self.quantity, self.side.sign());
        let after = self.position * sign;
        let before = after - self.quantity;
        after > dust && (before < -dust || after > before.abs() + dust)
    }

    /// Size of the position it leaves in its instrument, quote currency.
    pub fn stake(&self) -> f64 {
        self.position.abs() * self.price
    }

    /// What it realised, quote currency; `None` where it closed nothing or that is not known.
    pub fn result(&self) -> Option<f64> {
        (!self.realized_pnl.is_nan() && self.realized_pnl != 0.0).then_some(self.realized_pnl)
    }

    /// Whether it is a further slice of the decision behind `previous`: same instrument, same side, at once.
    pub fn continues(&self, previous: &Self) -> bool {
        self.instrument == previous.instrument
            && self.side == previous.side
            && self.at - previous.last_at <= SLICE
    }
}

#[cfg(test)]
mod tests {
    use crate::{testing, types::Side};

    fn opens(side: Side, quantity: f64, position: f64) -> bool {
        let mut order = testing::order(0, 0, side, quantity, 1.0);
        order.position = position;
        order.opens()
    }

    #[test]
    fn opening_enlarging_and_turning_round_count() {
        assert!(opens(Side::Buy, 10.0, 10.0));
        assert!(opens(Side::Sell, 10.0, -30.0));
        assert!(opens(Side::Sell, 10.0, -4.0));
    }

    #[test]
    fn closing_reducing_and_dust_do_not() {
        assert!(!opens(Side::Sell, 10.0, 0.0));
        assert!(!opens(Side::Sell, 10.0, 5.0));
        assert!(!opens(Side::Buy, 10.0, 1e-7));
    }
}
