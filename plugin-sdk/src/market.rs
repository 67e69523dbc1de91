//! Market detectors: bars of a symbol in, findings out.

use crate::{
    finding::{Finding, RowFinding},
    manifest::Manifest,
    settings::{self, Settings},
    streams::Streams,
    types::{Bar, Column, WarmUp},
};

/// A detector of anomalies in bars; a value of it is the state of *one* symbol.
pub trait MarketDetector: Sized {
    /// Unique name, kebab-case.
    const NAME: &'static str;
    /// Columns it cannot do without: bars in which one of them is not known are not shown to it.
    const READS: &'static [Column];
    /// Columns it uses where they are known.
    const ALSO_READS: &'static [Column] = &[];
    /// Kinds it may emit.
    const EMITS: &'static [&'static str];
    /// Its settings.
    type Settings: Settings;

    /// How much history determines the state.
    fn warm_up(settings: &Self::Settings) -> WarmUp;

    /// The state of a symbol that was never seen.
    fn new(settings: &Self::Settings) -> Self;

    /// Folds a bar into the state and says whether it stood out.
    fn on_bar(&mut self, bar: &Bar) -> Option<Finding>;
}

/// A batch of bars as columns; an empty column is not known at all.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of `Bar`, and `stream`, the dense id of the symbol")]
pub struct Bars<'a> {
    pub stream: &'a [u32],
    pub at: &'a [i64],
    pub session: &'a [u32],
    pub minute: &'a [u32],
    pub open: &'a [f64],
    pub high: &'a [f64],
    pub low: &'a [f64],
    pub close: &'a [f64],
    pub volume: &'a [f64],
    pub bid: &'a [f64],
    pub ask: &'a [f64],
    pub open_interest: &'a [f64],
    pub implied_volatility: &'a [f64],
}

fn cell(column: &[f64], row: usize) -> f64 {
    column.get(row).copied().unwrap_or(f64::NAN)
}

impl<'a> Bars<'a> {
    fn column(&self, column: Column) -> &'a [f64] {
        match column {
            Column::Open => self.open,
            Column::High => self.high,
            Column::Low => self.low,
            Column::Close => self.close,
            Column::Volume => self.volume,
            Column::Bid => self.bid,
            Column::Ask => self.ask,
            Column::OpenInterest => self.open_interest,
            Column::ImpliedVolatility => self.implied_volatility,
        }
    }

    /// The row as a bar.
    pub fn bar(&self, row: usize) -> Bar {
        Bar {
            at: self.at[row],
            session: self.session.get(row).copied().unwrap_or(0),
            minute: self.minute.get(row).copied().unwrap_or(0),
            open: cell(self.open, row),
            high: cell(self.high, row),
            low: cell(self.low, row),
            close: cell(self.close, row),
            volume: cell(self.volume, row),
            bid: cell(self.bid, row),
            ask: cell(self.ask, row),
            open_interest: cell(self.open_interest, row),
            implied_volatility: cell(self.implied_volatility, row),
        }
    }

    /// Calls `each` with row, stream and bar for all rows in which every column of `needed` is known.
    pub(crate) fn known(&self, needed: &[Column], mut each: impl FnMut(usize, u32, &Bar)) {
        for (row, &stream) in self.stream.iter().enumerate() {
            if needed.iter().all(|&column| !cell(self.column(column), row).is_nan()) {
                each(row, stream, &self.bar(row));
            }
        }
    }
}

/// Drives one market detector over batches.
pub struct Runner<D: MarketDetector> {
    settings: D::Settings,
    states: Streams<D>,
}

impl<D: MarketDetector> Default for Runner<D> {
    fn default() -> Self {
        Self::with(D::Settings::default())
    }
}

impl<D: MarketDetector> Runner<D> {
    /// A runner with no history.
    pub fn with(settings: D::Settings) -> Self {
        Self { settings, states: Streams::new() }
    }

    /// A runner with settings from a JSON object.
    ///
    /// # Errors
    /// Names the setting and what is wrong with it.
    pub fn configure(json: &str) -> Result<Self, String> {
        settings::read(json).map(Self::with)
    }

    /// The detector's description for the settings in force.
    pub fn manifest(&self, version: &'static str) -> Manifest {
        Manifest {
            name: D::NAME,
            version,
            reads: D::READS.iter().map(|column| column.name()).collect(),
            also_reads: D::ALSO_READS.iter().map(|column| column.name()).collect(),
            emits: D::EMITS.to_vec(),
            warm_up: D::warm_up(&self.settings),
            settings_schema: settings::schema::<D::Settings>(),
        }
    }

    /// Drops the state of streams.
    pub fn forget(&mut self, streams: &[u32]) {
        self.states.forget(streams);
    }

    /// Folds a batch into the states.
    pub fn evaluate(&mut self, bars: &Bars<'_>) -> Vec<RowFinding> {
        let Self { settings, states } = self;
        let mut found = Vec::new();
        bars.known(D::READS, |row, stream, bar| {
            if let Some(finding) = states.get(stream, || D::new(settings)).on_bar(bar) {
                found.push(RowFinding::new(row, finding));
            }
        });
        found
    }
}
