//! Algorithms: bars of a symbol in, the algorithm's own signal out; and its dissent from a panel.

use crate::{
    dissent,
    finding::{Finding, RowFinding},
    manifest::Manifest,
    market::Bars,
    settings::{self, Settings},
    streams::Streams,
    types::{Bar, Column, Panel, Signal, Vote, WarmUp},
};

/// A trading algorithm; a value of it is the state of *one* symbol.
pub trait Algorithm: Sized {
    /// Its name among the panel's seats, kebab-case.
    const NAME: &'static str;
    /// Columns it cannot do without: bars in which one of them is not known are not shown to it.
    const READS: &'static [Column];
    /// Columns it uses where they are known.
    const ALSO_READS: &'static [Column] = &[];
    /// Its settings.
    type Settings: Settings;

    /// How much history determines the state.
    fn warm_up(settings: &Self::Settings) -> WarmUp;

    /// The state of a symbol that was never seen.
    fn new(settings: &Self::Settings) -> Self;

    /// Folds a bar into the state and gives the algorithm's opinion; `None` while it has none.
    fn on_bar(&mut self, bar: &Bar) -> Option<Signal>;

    /// Says whether this algorithm, with `own` as its signal, is in conflict with the rest of the panel.
    fn dissent(own: &Signal, panel: &Panel<'_>, _settings: &Self::Settings) -> Option<Finding> {
        dissent::judge(own, panel)
    }
}

/// Signals in the order of a batch; vote 0 is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Codes of [`Vote`].
    pub vote: Vec<u8>,
    /// 0 to 1.
    pub confidence: Vec<f64>,
}

/// Panels as columns: row r, member m lies at `r * members + m`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Panels<'a> {
    /// Dense id of the symbol.
    pub stream: &'a [u32],
    /// When the panel was known, microseconds since 1970 UTC.
    pub at: &'a [i64],
    /// Seats of a panel.
    pub members: usize,
    /// The seat of the algorithm that is asked.
    pub own: usize,
    /// Codes of [`Vote`]; 0 is absent.
    pub vote: &'a [u8],
    /// 0 to 1.
    pub confidence: &'a [f64],
}

/// Drives one algorithm over batches.
pub struct Runner<A: Algorithm> {
    settings: A::Settings,
    states: Streams<A>,
}

impl<A: Algorithm> Default for Runner<A> {
    fn default() -> Self {
        Self::with(A::Settings::default())
    }
}

impl<A: Algorithm> Runner<A> {
    /// A runner with no history.
    pub fn with(settings: A::Settings) -> Self {
        Self { settings, states: Streams::new() }
    }

    /// A runner with settings from a JSON object.
    ///
    /// # Errors
    /// Names the setting and what is wrong with it.
    pub fn configure(json: &str) -> Result<Self, String> {
        settings::read(json).map(Self::with)
    }

    /// The algorithm's description for the settings in force.
    pub fn manifest(&self, version: &'static str) -> Manifest {
        Manifest {
            name: A::NAME,
            version,
            reads: A::READS.iter().map(|column| column.name()).collect(),
            also_reads: A::ALSO_READS.iter().map(|column| column.name()).collect(),
            emits: vec![dissent::KIND],
            warm_up: A::warm_up(&self.settings),
            settings_schema: settings::schema::<A::Settings>(),
        }
    }

    /// Drops the state of streams.
    pub fn forget(&mut self, streams: &[u32]) {
        self.states.forget(streams);
    }

    /// The algorithm's own signal at each bar of a batch.
    pub fn evaluate(&mut self, bars: &Bars<'_>) -> Signals {
        let Self { settings, states } = self;
        let rows = bars.stream.len();
        let mut signals = Signals { vote: vec![0; rows], confidence: vec![0.0; rows] };
        bars.known(A::READS, |row, stream, bar| {
            if let Some(signal) = states.get(stream, || A::new(settings)).on_bar(bar) {
                signals.vote[row] = signal.vote.code();
                signals.confidence[row] = signal.confidence;
            }
        });
        signals
    }

    /// Panels of a batch in which this algorithm is in conflict with the others.
    pub fn dissent(&self, panels: &Panels<'_>) -> Vec<RowFinding> {
        let mut found = Vec::new();
        let mut seats = Vec::with_capacity(panels.members);
        for (row, &at) in panels.at.iter().enumerate() {
            seats.clear();
            seats.extend((0..panels.members).map(|member| {
                let cell = row * panels.members + member;
                Vote::from_code(panels.vote[cell])
                    .map(|vote| Signal { vote, confidence: panels.confidence[cell] })
            }));
            let Some(Some(own)) = seats.get(panels.own) else { continue };
            let panel = Panel { at, seats: &seats, own: panels.own };
            if let Some(finding) = A::dissent(own, &panel, &self.settings) {
                found.push(RowFinding::new(row, finding));
            }
        }
        found
    }
}
