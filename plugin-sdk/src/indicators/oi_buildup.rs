use super::{Usual, window::Window};
use crate::math::ln;

/// Open-interest build-up: do contracts open or close as the price moves, and is that more than usual?
///
/// Compares price and open interest with those `span` bars ago, as log changes in units of the usual
/// size of such a change over the last `memory` bars (root mean square). Warm-up: `span + memory` bars.
/// NaN, zero or negative input: skipped. Source: the price and open-interest quadrants of futures practice
/// (John Murphy, *Technical Analysis of the Financial Markets*, 1999, chapter 7).
#[derive(Clone, Debug)]
pub struct OiBuildUp {
    price: Change,
    interest: Change,
}

/// Who is behind a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrant {
    /// Price and open interest rise: new buyers.
    LongBuildUp,
    /// Price falls, open interest rises: new sellers.
    ShortBuildUp,
    /// Price and open interest fall: buyers leave.
    LongUnwinding,
    /// Price rises, open interest falls: sellers leave.
    ShortCovering,
}

/// What [`OiBuildUp`] says about a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildUp {
    /// Change of price, in usual changes.
    pub price: f64,
    /// Change of open interest, in usual changes.
    pub interest: f64,
}

impl BuildUp {
    /// The quadrant; `None` where either did not change.
    pub fn quadrant(&self) -> Option<Quadrant> {
        match (self.price, self.interest) {
            (p, i) if p > 0.0 && i > 0.0 => Some(Quadrant::LongBuildUp),
            (p, i) if p < 0.0 && i > 0.0 => Some(Quadrant::ShortBuildUp),
            (p, i) if p < 0.0 && i < 0.0 => Some(Quadrant::LongUnwinding),
            (p, i) if p > 0.0 && i < 0.0 => Some(Quadrant::ShortCovering),
            _ => None,
        }
    }
}

impl OiBuildUp {
    /// Changes over `span` bars, compared with those of the last `memory` bars.
    pub fn new(span: usize, memory: usize) -> Self {
        Self { price: Change::new(span, memory), interest: Change::new(span, memory) }
    }

    /// Takes the next bar.
    pub fn push(&mut self, close: f64, open_interest: f64) -> Option<BuildUp> {
        if !(close > 0.0 && open_interest > 0.0) {
            return None;
        }
        let (price, interest) = (self.price.push(ln(close)), self.interest.push(ln(open_interest)));
        Some(BuildUp { price: price?, interest: interest? })
    }
}

/// A change over some bars in units of its usual size.
#[derive(Clone, Debug)]
struct Change {
    past: Window,
    usual: Usual,
}

impl Change {
    fn new(span: usize, memory: usize) -> Self {
        Self { past: Window::new(span), usual: Usual::new(memory) }
    }

    fn push(&mut self, value: f64) -> Option<f64> {
        let change = value - self.past.push(value)?;
        self.usual.push(change)
    }
}
