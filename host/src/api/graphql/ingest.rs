use async_graphql::{
    Context, InputObject, InputValueError, InputValueResult, Object, Result, Scalar, ScalarType, Value,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    asked::{Asked, shown},
    loaders::AnomalyId,
};
use crate::{
    domain::{rows::Vote, time::Timestamp, vocabulary::TradeSide},
    service::{
        ingest,
        views::{Anomaly, Ingested, RejectedRow},
    },
    store::rows::{Bar, Rows, Signal, Trade},
};

/// A decimal number. As a text it is exact, as in `"24310.05"`; as a number it is what its shortest form says.
#[derive(Clone, Copy)]
struct Exact(Decimal);

#[Scalar(name = "Decimal")]
impl ScalarType for Exact {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        let number = Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text));
        number.map(Self).map_err(|_| InputValueError::custom("write it as in \"24310.05\""))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

fn exact(number: Option<Exact>) -> Option<Decimal> {
    number.map(|number| number.0)
}

/// A market bar, stamped with the time it opens. What is left out is not known.
#[derive(InputObject)]
struct BarInput {
    /// When it opens.
    timestamp: Timestamp,
    /// Symbol.
    symbol: String,
    /// First price, quote currency.
    open: Option<Exact>,
    /// Highest price.
    high: Option<Exact>,
    /// Lowest price.
    low: Option<Exact>,
    /// Last price.
    close: Exact,
    /// Units traded.
    volume: Option<Exact>,
    /// Best bid at the close.
    bid: Option<Exact>,
    /// Best ask at the close.
    ask: Option<Exact>,
    /// Contracts.
    open_interest: Option<Exact>,
    /// Annualised, as a fraction: 0.18 is 18 %.
    implied_volatility: Option<f64>,
}

impl From<BarInput> for Bar {
    fn from(row: BarInput) -> Self {
        let quote = exact(row.bid).zip(exact(row.ask));
        // A crossed quote says nothing.
        let is_crossed = quote.is_some_and(|(bid, ask)| bid > ask);
        let sound = |number: Option<Exact>| exact(number).filter(|_| !is_crossed);
        Self {
            symbol: row.symbol,
            at: row.timestamp,
            open: exact(row.open),
            high: exact(row.high),
            low: exact(row.low),
            close: row.close.0,
            volume: exact(row.volume),
            bid: sound(row.bid),
            ask: sound(row.ask),
            open_interest: exact(row.open_interest),
            implied_volatility: row.implied_volatility,
        }
    }
}

/// What a trading algorithm said, stamped with the time it is known.
#[derive(InputObject)]
struct SignalInput {
    /// When it is known.
    timestamp: Timestamp,
    /// Symbol.
    symbol: String,
    /// One of the 13 algorithms, as in `ema-crossover`.
    algorithm: String,
    /// What it wants.
    signal: Vote,
    /// 0 to 1.
    #[graphql(default = 1.0)]
    confidence: f64,
    /// For whom, if for somebody.
    user_id: Option<String>,
}

impl From<SignalInput> for Signal {
    fn from(row: SignalInput) -> Self {
        Self {
            symbol: row.symbol,
            algorithm: row.algorithm,
            user_id: row.user_id,
            at: row.timestamp,
            vote: row.signal,
            confidence: row.confidence,
        }
    }
}

/// A fill of a trader's order. What is left out is not known.
#[derive(InputObject)]
struct TradeInput {
    /// When.
    timestamp: Timestamp,
    /// The trader.
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
    realized_pnl: Option<Exact>,
    /// Value of the account before the fill.
    equity: Option<Exact>,
    /// Fills of one order are judged as one decision.
    order_id: Option<String>,
    /// Tells equal fills from rows that are sent again.
    fill_id: Option<String>,
}

impl From<TradeInput> for Trade {
    fn from(row: TradeInput) -> Self {
        Self {
            user_id: row.user_id,
            symbol: row.symbol,
            at: row.timestamp,
            side: row.side,
            quantity: row.quantity.0,
            price: row.price.0,
            realized_pnl: exact(row.realized_pnl),
            equity: exact(row.equity),
            order_id: row.order_id,
            fill_id: row.fill_id,
        }
    }
}

/// Rows of all kinds, each kind in the order of time.
#[derive(InputObject)]
struct RowsInput {
    /// Market bars.
    #[graphql(default)]
    bars: Vec<BarInput>,
    /// What trading algorithms said.
    #[graphql(default)]
    signals: Vec<SignalInput>,
    /// What traders did.
    #[graphql(default)]
    trades: Vec<TradeInput>,
}

/// What became of rows: they, and all that is listed here, are committed.
struct Detection(Ingested);

#[Object]
impl Detection {
    /// Rows that are new.
    async fn accepted(&self) -> u64 {
        self.0.accepted
    }

    /// Rows that had been handed in before.
    async fn duplicates(&self) -> u64 {
        self.0.duplicates
    }

    /// Rows that are older than the newest one of their symbol or trader.
    async fn late(&self) -> u64 {
        self.0.late
    }

    /// Rows that are not kept, and why; the first 1,000 of them.
    async fn rejected(&self) -> &[RejectedRow] {
        &self.0.rejected
    }

    /// How many rows are not kept.
    async fn rejected_count(&self) -> u64 {
        self.0.rejected_count
    }

    /// Anomalies that opened; null for who may not see anomalies, and has `anomalyIds`.
    #[graphql(complexity = "10 * child_complexity")]
    async fn anomalies(&self, context: &Context<'_>) -> Result<Option<Vec<Anomaly>>> {
        let ids = self.0.anomalies.iter().copied().map(AnomalyId);
        let mut found = Asked::of(context)?.loaders.load_many(ids.clone()).await?;
        Ok(Some(ids.filter_map(|id| found.remove(&id)).collect()))
    }

    /// Ids of the anomalies that opened.
    async fn anomaly_ids(&self) -> &[Uuid] {
        &self.0.anomalies
    }

    /// Ids of the decisions that were made.
    async fn decision_ids(&self) -> &[Uuid] {
        &self.0.decisions
    }

    /// Ids of the decisions among them that wait for the agent.
    async fn pending_ids(&self) -> &[Uuid] {
        &self.0.pending
    }

    /// Ids of the actions that were taken.
    async fn action_ids(&self) -> &[Uuid] {
        &self.0.actions
    }

    /// The newest block that says so.
    async fn last_block(&self) -> Option<u64> {
        self.0.last_block
    }
}

#[derive(Default)]
pub(super) struct IngestMutations;

#[Object]
impl IngestMutations {
    /// Takes in rows, and answers when they, their anomalies, decisions and actions are committed. What went to the agent
    /// is a pending decision.
    async fn detect_anomalies(
        &self,
        context: &Context<'_>,
        input: RowsInput,
        #[graphql(desc = "A name of your own: rows that are sent again under it count once.")]
        request_id: Option<String>,
    ) -> Result<Detection> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let rows = Rows {
            bars: input.bars.into_iter().map(Bar::from).collect(),
            signals: input.signals.into_iter().map(Signal::from).collect(),
            trades: input.trades.into_iter().map(Trade::from).collect(),
        };
        Ok(Detection(shown(ingest::ingest(platform, caller, rows, request_id.as_deref()).await)?))
    }
}
