//! Built-in data: a market, 13 algorithms and a few traders, with anomalies put in and labelled.
//!
//! The model knows nothing of the detectors. Equal specs give equal data on every machine.

mod calendar;
mod csv;
mod draft;
mod instruments;
mod market;
mod signals;
mod traders;

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::domain::random::{self, Random};
use crate::{domain::label::Label, ingest::Draft};
use calendar::Slot;
use market::Columns;
use signals::Opinion;
use traders::Account;

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Chooses one of many possible data sets.
    pub seed: u64,
    /// Trading sessions of 390 one-minute bars.
    pub days: usize,
    /// Symbols with bars and signals.
    pub symbols: usize,
}

impl Default for Spec {
    fn default() -> Self {
        Self { seed: 1, days: 30, symbols: 1 }
    }
}

/// Generated rows and labels.
pub struct Dataset {
    symbols: Vec<SymbolData>,
    accounts: Vec<Account>,
    labels: Vec<Label>,
}

/// What is known about one symbol.
struct SymbolData {
    name: String,
    slots: Vec<Slot>,
    columns: Columns,
    opinions: Vec<Opinion>,
}

impl Dataset {
    /// Generates the data. A symbol's data do not depend on how many others there are.
    pub fn generate(spec: &Spec) -> Self {
        let mut labels = Vec::new();
        let symbols = (0..spec.symbols).map(|number| symbol(spec, number, &mut labels)).collect();
        let mut accounts = traders::simulate(spec.seed, spec.days);
        labels.extend(accounts.iter_mut().flat_map(|account| std::mem::take(&mut account.labels)));
        Self { symbols, accounts, labels }
    }

    /// The rows as a run takes them.
    pub fn to_draft(&self) -> Draft {
        draft::of(self)
    }

    /// Writes `market.csv`, `signals.csv`, `trades.csv` and `labels.csv` into a folder, which must exist.
    ///
    /// # Errors
    /// Returns the error of the file system.
    pub fn write_files(&self, folder: &Path) -> std::io::Result<()> {
        csv::write(self, folder)
    }
}

fn symbol(spec: &Spec, number: usize, labels: &mut Vec<Label>) -> SymbolData {
    let instrument = instruments::instrument(number);
    let mut random = Random::new(spec.seed, &format!("{}/calendar", instrument.name));
    let slots = calendar::slots(&mut random, spec.days);
    let (columns, of_market) = market::simulate(spec.seed, &instrument, &slots);
    let (opinions, of_conflicts) = signals::simulate(spec.seed, &instrument.name, &slots);
    labels.extend(of_market);
    labels.extend(of_conflicts);
    SymbolData { name: instrument.name, slots, columns, opinions }
}
