//! Files become typed rows in one total order.

use crate::domain::{
    label::Label,
    names::Names,
    rows::{Bar, Fill, Signal},
};

/// Everything a run reads, checked, completed and in order.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Symbols by id.
    pub symbols: Names,
    /// Traders by id.
    pub users: Names,
    /// Bars by (known at, symbol name, input line).
    pub bars: Vec<Bar>,
    /// Signals by (known at, symbol name, input line).
    pub signals: Vec<Signal>,
    /// Fills by (time, user name, input line).
    pub fills: Vec<Fill>,
    /// Labels as given.
    pub labels: Vec<Label>,
    /// Usual spacing of each symbol's bars (by symbol id; of its signals where it has no bars), microseconds.
    pub intervals: Vec<i64>,
}
