//! Behavior detectors: orders of a trader in, findings out.

use crate::{
    finding::{Finding, RowFinding},
    manifest::Manifest,
    settings::{self, Settings},
    streams::Streams,
    types::{FillColumn, Order, Side, WarmUp},
};

/// A detector of anomalies in what a trader does; a value of it is the state of *one* trader.
///
/// Fills of one order are one decision: each fill shows the order as it is so far to
/// [`judge`](Self::judge), until that finds something; [`learn`](Self::learn) gets it once, complete, when the
/// trader's next order begins. So an order is only ever judged against the orders before it.
pub trait BehaviorDetector: Sized {
    /// Unique name, kebab-case.
    const NAME: &'static str;
    /// Columns it cannot do without: orders in which one of them is not known are not shown to it.
    const READS: &'static [FillColumn];
    /// Columns it uses where they are known.
    const ALSO_READS: &'static [FillColumn] = &[];
    /// Kinds it may emit.
    const EMITS: &'static [&'static str];
    /// Its settings.
    type Settings: Settings;

    /// How much history determines the state; sessions are the trader's days.
    fn warm_up(settings: &Self::Settings) -> WarmUp;

    /// The state of a trader who was never seen.
    fn new(settings: &Self::Settings) -> Self;

    /// Says whether the order stands out against what was learned.
    fn judge(&mut self, order: &Order) -> Option<Finding>;

    /// Folds a complete order into the state.
    fn learn(&mut self, order: &Order);
}

/// A batch of fills as columns; an empty column is not known at all.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    missing_docs,
    reason = "the fields are those of `Order` for one fill, and `stream`, the trader's dense id"
)]
pub struct Fills<'a> {
    pub stream: &'a [u32],
    pub at: &'a [i64],
    pub day: &'a [u32],
    pub minute: &'a [u32],
    pub order: &'a [u32],
    pub instrument: &'a [u32],
    pub side: &'a [i8],
    pub quantity: &'a [f64],
    pub price: &'a [f64],
    pub realized_pnl: &'a [f64],
    pub equity: &'a [f64],
    pub position: &'a [f64],
    pub exposure: &'a [f64],
}

impl Fills<'_> {
    fn order(&self, row: usize) -> Order {
        let quantity = self.quantity[row];
        let price = self.price[row];
        let cell = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
        Order {
            at: self.at[row],
            last_at: self.at[row],
            day: self.day[row],
            minute: self.minute[row],
            id: self.order[row],
            instrument: self.instrument[row],
            side: if self.side[row] < 0 { Side::Sell } else { Side::Buy },
            quantity,
            price,
            notional: quantity * price,
            realized_pnl: cell(self.realized_pnl),
            equity: cell(self.equity),
            position: self.position[row],
            exposure: self.exposure[row],
        }
    }
}

impl Order {
    /// Adds a later fill of the same order.
    fn add(&mut self, fill: &Self) {
        self.last_at = fill.at;
        self.quantity += fill.quantity;
        self.notional += fill.notional;
        self.price = self.notional / self.quantity;
        self.realized_pnl += fill.realized_pnl;
        self.position = fill.position;
        self.exposure = fill.exposure;
    }

    fn knows(&self, column: FillColumn) -> bool {
        match column {
            FillColumn::RealizedPnl => !self.realized_pnl.is_nan(),
            FillColumn::Equity => !self.equity.is_nan(),
        }
    }
}

/// The order that a trader is in, and what is known from those before.
struct Trader<D> {
    detector: D,
    order: Option<Order>,
    /// Whether the current order was found to stand out.
    found: bool,
}

impl<D: BehaviorDetector> Trader<D> {
    fn on_fill(&mut self, fill: Order) -> Option<Finding> {
        let order = match self.order.take() {
            Some(mut order) if order.id == fill.id => {
                order.add(&fill);
                order
            }
            before => {
                if let Some(complete) = before.filter(shown::<D>) {
                    self.detector.learn(&complete);
                }
                self.found = false;
                fill
            }
        };
        self.order = Some(order);
        if self.found || !shown::<D>(&order) {
            return None;
        }
        let finding = self.detector.judge(&order);
        self.found = finding.is_some();
        finding
    }
}

fn shown<D: BehaviorDetector>(order: &Order) -> bool {
    D::READS.iter().all(|&column| order.knows(column))
}

/// Drives one behavior detector over batches.
pub struct Runner<D: BehaviorDetector> {
    settings: D::Settings,
    states: Streams<Trader<D>>,
}

impl<D: BehaviorDetector> Default for Runner<D> {
    fn default() -> Self {
        Self::with(D::Settings::default())
    }
}

impl<D: BehaviorDetector> Runner<D> {
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
    pub fn evaluate(&mut self, fills: &Fills<'_>) -> Vec<RowFinding> {
        let Self { settings, states } = self;
        let mut found = Vec::new();
        for (row, &stream) in fills.stream.iter().enumerate() {
            let trader =
                states.get(stream, || Trader { detector: D::new(settings), order: None, found: false });
            if let Some(finding) = trader.on_fill(fills.order(row)) {
                found.push(RowFinding::new(row, finding));
            }
        }
        found
    }
}
