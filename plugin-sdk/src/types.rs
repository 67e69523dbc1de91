//! Values that detectors read.

/// A column of market bars that a plugin may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// First price of the bar.
    Open,
    /// Highest price of the bar.
    High,
    /// Lowest price of the bar.
    Low,
    /// Last price of the bar.
    Close,
    /// Units traded in the bar.
    Volume,
    /// Best bid at the bar's close.
    Bid,
    /// Best ask at the bar's close.
    Ask,
    /// Contracts outstanding.
    OpenInterest,
    /// Annualised implied volatility as a fraction.
    ImpliedVolatility,
}

impl Column {
    /// The column's name in files and manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Volume => "volume",
            Self::Bid => "bid",
            Self::Ask => "ask",
            Self::OpenInterest => "open_interest",
            Self::ImpliedVolatility => "implied_volatility",
        }
    }
}

/// A column of fills that a plugin may ask for beyond timestamp, instrument, side, quantity and price,
/// which every fill has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FillColumn {
    /// Profit or loss that the fill realises, quote currency.
    RealizedPnl,
    /// Account value before the fill, quote currency.
    Equity,
}

impl FillColumn {
    /// The column's name in files and manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RealizedPnl => "realized_pnl",
            Self::Equity => "equity",
        }
    }
}

/// How much history determines a detector's state; the host replays the longer of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmUp {
    /// Rows of one stream.
    pub rows: u32,
    /// Whole sessions (a trader's days for behavior) before the current one.
    pub sessions: u32,
}

impl WarmUp {
    /// State determined by the last `rows` rows.
    pub const fn rows(rows: u32) -> Self {
        Self { rows, sessions: 0 }
    }

    /// State determined by the current session and the `sessions` before it.
    pub const fn sessions(sessions: u32) -> Self {
        Self { rows: 0, sessions }
    }
}

/// One market bar. A value that is not known, or whose column the detector did not ask for, is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Open time, microseconds since 1970 UTC.
    pub at: i64,
    /// Trading session of the symbol, counting up.
    pub session: u32,
    /// Minutes since the session began.
    pub minute: u32,
    /// First price, quote currency.
    pub open: f64,
    /// Highest price, quote currency.
    pub high: f64,
    /// Lowest price, quote currency.
    pub low: f64,
    /// Last price, quote currency.
    pub close: f64,
    /// Units traded in the bar.
    pub volume: f64,
    /// Best bid at the bar's close, quote currency.
    pub bid: f64,
    /// Best ask at the bar's close, quote currency.
    pub ask: f64,
    /// Contracts outstanding.
    pub open_interest: f64,
    /// Annualised implied volatility as a fraction (0.18 is 18 %).
    pub implied_volatility: f64,
}

impl Bar {
    /// A bar at `at` in which nothing else is known.
    pub const fn unknown(at: i64) -> Self {
        Self {
            at,
            session: 0,
            minute: 0,
            open: f64::NAN,
            high: f64::NAN,
            low: f64::NAN,
            close: f64::NAN,
            volume: f64::NAN,
            bid: f64::NAN,
            ask: f64::NAN,
            open_interest: f64::NAN,
            implied_volatility: f64::NAN,
        }
    }
}

/// What an algorithm wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    /// Go short or get out.
    Sell,
    /// Do nothing. A vote, unlike an absent signal.
    Hold,
    /// Go long.
    Buy,
}

impl Vote {
    /// The wire code; 0 is kept for "absent".
    pub const fn code(self) -> u8 {
        match self {
            Self::Sell => 1,
            Self::Hold => 2,
            Self::Buy => 3,
        }
    }

    /// The vote behind a wire code; `None` is absent.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Sell),
            2 => Some(Self::Hold),
            3 => Some(Self::Buy),
            _ => None,
        }
    }
}

/// An algorithm's opinion at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// What it wants.
    pub vote: Vote,
    /// How much it means it, 0 to 1.
    pub confidence: f64,
}

impl Signal {
    /// A BUY with `confidence`, clamped to 0..1.
    pub fn buy(confidence: f64) -> Self {
        Self { vote: Vote::Buy, confidence: confidence.clamp(0.0, 1.0) }
    }

    /// A SELL with `confidence`, clamped to 0..1.
    pub fn sell(confidence: f64) -> Self {
        Self { vote: Vote::Sell, confidence: confidence.clamp(0.0, 1.0) }
    }

    /// A HOLD with `confidence`, clamped to 0..1.
    pub fn hold(confidence: f64) -> Self {
        Self { vote: Vote::Hold, confidence: confidence.clamp(0.0, 1.0) }
    }
}

/// What all algorithms said about one symbol at one moment; a seat is `None` where nothing was said.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a> {
    /// When it was known, microseconds since 1970 UTC.
    pub at: i64,
    /// One seat for each algorithm, always in the same order.
    pub seats: &'a [Option<Signal>],
    /// The seat of the algorithm that is asked.
    pub own: usize,
}

/// Which way a fill went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Bought.
    Buy,
    /// Sold.
    Sell,
}

impl Side {
    /// 1 for a buy, -1 for a sell.
    pub const fn sign(self) -> f64 {
        match self {
            Self::Buy => 1.0,
            Self::Sell => -1.0,
        }
    }
}

/// One decision of a trader: all fills of one order so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// First fill, microseconds since 1970 UTC.
    pub at: i64,
    /// Latest fill, microseconds since 1970 UTC.
    pub last_at: i64,
    /// The trader's day, counting up, in the configured time zone.
    pub day: u32,
    /// Minute of that day at the first fill.
    pub minute: u32,
    /// Dense id of the order.
    pub id: u32,
    /// Dense id of the symbol; it means nothing beyond being the same or not.
    pub instrument: u32,
    /// Side.
    pub side: Side,
    /// Units filled so far.
    pub quantity: f64,
    /// Average price so far, quote currency.
    pub price: f64,
    /// `quantity * price`, quote currency.
    pub notional: f64,
    /// Realised by its fills so far, quote currency; NaN where not known.
    pub realized_pnl: f64,
    /// Account value before the first fill, quote currency; NaN where not known.
    pub equity: f64,
    /// Signed net units in this instrument after the latest fill.
    pub position: f64,
    /// Absolute net position after the latest fill, at last fill prices, summed over instruments.
    pub exposure: f64,
}
