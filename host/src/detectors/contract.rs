//! The four ways of calling components: rows in, an answer about some of the rows out.

use std::ops::Range;

use crate::domain::{
    panel::{Opinion, PanelRow},
    rows::{Bar, Fill},
};

use super::{
    columns::{BarColumns, FillColumns, PanelColumns},
    error::Fault,
    history::Row,
    instance::{Instance, RawFinding},
    plugin::Plugin,
};

/// One way of calling a component.
pub trait Contract {
    /// What it is shown.
    type Row: Row;
    /// The same, as columns.
    type Columns: Sync;
    /// What it says about a row.
    type Answer: Send;

    /// Rows as columns.
    fn columns(rows: &[Self::Row]) -> Self::Columns;

    /// Calls the component with some rows of a batch; answers come with the row's place among these.
    ///
    /// # Errors
    /// If the call fails or its answer breaks the contract.
    fn call(
        &self,
        instance: &mut Instance,
        plugin: &Plugin,
        columns: &Self::Columns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, Self::Answer)>, Fault>;
}

/// A market detector's findings.
pub struct Detect;

impl Contract for Detect {
    type Row = Bar;
    type Columns = BarColumns;
    type Answer = RawFinding;

    fn columns(rows: &[Bar]) -> BarColumns {
        BarColumns::of(rows)
    }

    fn call(
        &self,
        instance: &mut Instance,
        plugin: &Plugin,
        columns: &BarColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, RawFinding)>, Fault> {
        instance.evaluate_bars(plugin, columns, rows)
    }
}

/// An algorithm's own signals.
pub struct Signals;

impl Contract for Signals {
    type Row = Bar;
    type Columns = BarColumns;
    type Answer = Opinion;

    fn columns(rows: &[Bar]) -> BarColumns {
        BarColumns::of(rows)
    }

    fn call(
        &self,
        instance: &mut Instance,
        plugin: &Plugin,
        columns: &BarColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, Opinion)>, Fault> {
        instance.signals(plugin, columns, rows)
    }
}

/// An algorithm's dissents, from its seat.
pub struct Dissents {
    /// The algorithm's seat in a panel.
    pub seat: usize,
}

impl Row for PanelRow {
    fn stream(&self) -> u32 {
        self.symbol
    }

    fn session(&self) -> u32 {
        0
    }

    fn at(&self) -> i64 {
        self.panel.at
    }
}

impl Contract for Dissents {
    type Row = PanelRow;
    type Columns = PanelColumns;
    type Answer = RawFinding;

    fn columns(rows: &[PanelRow]) -> PanelColumns {
        PanelColumns::of(rows)
    }

    fn call(
        &self,
        instance: &mut Instance,
        plugin: &Plugin,
        columns: &PanelColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, RawFinding)>, Fault> {
        instance.dissent(plugin, self.seat, columns, rows)
    }
}

/// A behavior detector's findings.
pub struct Watch;

impl Contract for Watch {
    type Row = Fill;
    type Columns = FillColumns;
    type Answer = RawFinding;

    fn columns(rows: &[Fill]) -> FillColumns {
        FillColumns::of(rows)
    }

    fn call(
        &self,
        instance: &mut Instance,
        plugin: &Plugin,
        columns: &FillColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, RawFinding)>, Fault> {
        instance.evaluate_fills(plugin, columns, rows)
    }
}
