//! Rows in JSON. A row that cannot be read is named by its place and leaves the others alone.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::value::RawValue;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, Type},
};

use crate::{
    domain::{rows::Vote, time::Timestamp, vocabulary::TradeSide},
    service::views::{Ingested, LISTED, RejectedRow},
    store::rows::{Bar, Rows, Signal, Trade},
};

/// A market bar, stamped with the time it opens.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BarRow {
    /// RFC 3339 with an offset, or whole microseconds since 1970 UTC.
    timestamp: Timestamp,
    /// Symbol.
    symbol: String,
    /// Last price in the quote currency.
    close: Exact,
    /// First price.
    open: Option<Exact>,
    /// Highest price.
    high: Option<Exact>,
    /// Lowest price.
    low: Option<Exact>,
    /// Units traded.
    volume: Option<Exact>,
    /// Best bid at the close.
    bid: Option<Exact>,
    /// Best ask at the close.
    ask: Option<Exact>,
    /// Contracts.
    #[serde(alias = "open_interest")]
    open_interest: Option<Exact>,
    /// Annualised, as a fraction: 0.18 is 18 %.
    #[serde(alias = "implied_volatility")]
    implied_volatility: Option<f64>,
}

/// What an algorithm said, stamped with the time it is known.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SignalRow {
    /// RFC 3339 with an offset, or whole microseconds since 1970 UTC.
    timestamp: Timestamp,
    /// Symbol.
    symbol: String,
    /// One of the 13 algorithms, as in `ema-crossover`.
    algorithm: String,
    /// What it wants.
    signal: Vote,
    /// 0 to 1; 1 if not known.
    confidence: Option<f64>,
    /// For whom, if for somebody.
    #[serde(alias = "user_id")]
    user_id: Option<String>,
}

/// A fill of a trader's order.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TradeRow {
    /// RFC 3339 with an offset, or whole microseconds since 1970 UTC.
    timestamp: Timestamp,
    /// The trader.
    #[serde(alias = "user_id")]
    user_id: String,
    /// Symbol.
    symbol: String,
    /// Side.
    side: TradeSide,
    /// Units.
    quantity: Exact,
    /// Quote currency.
    price: Exact,
    /// What the fill realised, quote currency; 0 where it only opens.
    #[serde(alias = "realized_pnl")]
    realized_pnl: Option<Exact>,
    /// Value of the account before the fill.
    equity: Option<Exact>,
    /// Fills of one order are judged as one decision.
    #[serde(alias = "order_id")]
    order_id: Option<String>,
    /// Tells equal fills from rows that are sent again.
    #[serde(alias = "fill_id")]
    fill_id: Option<String>,
}

impl From<BarRow> for Bar {
    fn from(row: BarRow) -> Self {
        let exact = |value: Option<Exact>| value.map(|value| value.0);
        let (mut bid, mut ask) = (exact(row.bid), exact(row.ask));
        // A crossed quote says nothing.
        if bid.zip(ask).is_some_and(|(bid, ask)| bid > ask) {
            (bid, ask) = (None, None);
        }
        Self {
            symbol: row.symbol,
            at: row.timestamp,
            open: exact(row.open),
            high: exact(row.high),
            low: exact(row.low),
            close: row.close.0,
            volume: exact(row.volume),
            bid,
            ask,
            open_interest: exact(row.open_interest),
            implied_volatility: row.implied_volatility,
        }
    }
}

impl From<SignalRow> for Signal {
    fn from(row: SignalRow) -> Self {
        Self {
            symbol: row.symbol,
            algorithm: row.algorithm,
            user_id: row.user_id,
            at: row.timestamp,
            vote: row.signal,
            confidence: row.confidence.unwrap_or(1.0),
        }
    }
}

impl From<TradeRow> for Trade {
    fn from(row: TradeRow) -> Self {
        Self {
            user_id: row.user_id,
            symbol: row.symbol,
            at: row.timestamp,
            side: row.side,
            quantity: row.quantity.0,
            price: row.price.0,
            realized_pnl: row.realized_pnl.map(|value| value.0),
            equity: row.equity.map(|value| value.0),
            order_id: row.order_id,
            fill_id: row.fill_id,
        }
    }
}

/// A decimal as it is written, in a number or a string: not a digit is lost.
#[derive(Clone, Copy)]
struct Exact(Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = <&RawValue>::deserialize(deserializer)?.get();
        let digits = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(written);
        let read = Decimal::from_str_exact(digits).or_else(|_| Decimal::from_scientific(digits));
        read.map(Self).map_err(|_| D::Error::custom(format!("{written} is no decimal of up to 28 digits")))
    }
}

impl PartialSchema for Exact {
    fn schema() -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(kind);
        let text = of(Type::String).pattern(Some(r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$"));
        OneOfBuilder::new().item(of(Type::Number)).item(text).into()
    }
}

impl ToSchema for Exact {}

/// Rows that could be read, with their places, and the others.
pub(super) struct Read<T> {
    rows: Vec<T>,
    unread: Unread,
}

/// Where good rows stood among those that could not be read.
pub(super) struct Unread {
    places: Vec<u32>,
    rejected: Vec<RejectedRow>,
    rejected_count: u64,
    kind: &'static str,
}

impl<T> Read<T> {
    /// Reads rows of a kind; `R` is how one is written.
    pub(super) fn of<'a, R: DeserializeOwned + Into<T>>(
        kind: &'static str,
        texts: impl Iterator<Item = &'a str>,
    ) -> Self {
        let unread = Unread { places: Vec::new(), rejected: Vec::new(), rejected_count: 0, kind };
        let mut read = Self { rows: Vec::new(), unread };
        for (row, text) in (0..).zip(texts) {
            match serde_json::from_str::<R>(text) {
                Ok(good) => {
                    read.rows.push(good.into());
                    read.unread.places.push(row);
                }
                Err(error) => read.unread.reject(row, &error),
            }
        }
        read
    }

    /// Good rows, and what has to be said about the others.
    pub(super) fn split(self) -> (Vec<T>, Unread) {
        (self.rows, self.unread)
    }
}

impl Unread {
    fn reject(&mut self, row: u32, error: &serde_json::Error) {
        self.rejected_count += 1;
        if self.rejected.len() < LISTED {
            let (kind, reason) = (self.kind.to_owned(), error.to_string());
            self.rejected.push(RejectedRow { kind, row, reason });
        }
    }

    /// Adds the rows that could not be read to what became of the others, all by their places in the request.
    pub(super) fn add_to(self, ingested: &mut Ingested) {
        for rejected in ingested.rejected.iter_mut().filter(|rejected| rejected.kind == self.kind) {
            rejected.row = self.places.get(rejected.row as usize).copied().unwrap_or(rejected.row);
        }
        ingested.rejected_count += self.rejected_count;
        ingested.rejected.extend(self.rejected);
        ingested.rejected.sort_by(|one, other| (&one.kind, one.row).cmp(&(&other.kind, other.row)));
        ingested.rejected.truncate(LISTED);
    }
}

/// Reads rows of all kinds, and gives the good ones and what has to be said about the others.
pub(super) fn read_all<'a>(
    bars: impl Iterator<Item = &'a str>,
    signals: impl Iterator<Item = &'a str>,
    trades: impl Iterator<Item = &'a str>,
) -> (Rows, [Unread; 3]) {
    let (bars, of_bars) = Read::of::<BarRow>("bars", bars).split();
    let (signals, of_signals) = Read::of::<SignalRow>("signals", signals).split();
    let (trades, of_trades) = Read::of::<TradeRow>("trades", trades).split();
    (Rows { bars, signals, trades }, [of_bars, of_signals, of_trades])
}
