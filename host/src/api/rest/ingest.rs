//! `/api/ingest`, and `/api/anomalies/detect`.

use axum::http::HeaderMap;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json},
    idempotent::name,
    row_body::{Body, array},
    rows::{BarRow, Read, SignalRow, TradeRow, Unread},
};
use crate::{
    access::Caller,
    service::{Platform, Result, ingest, views::Ingested},
    store::rows::Rows,
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(bars))
        .routes(routes!(signals))
        .routes(routes!(trades))
        .routes(routes!(detect))
}

/// Hands in bars; the answer comes when they and all that they come to are committed.
#[utoipa::path(post, path = "/api/ingest/bars", tag = "ingest",
    request_body(content((Vec<BarRow> = "application/json"), (String = "application/x-ndjson")),
        description = "An array of bars, or a bar on each line."),
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn bars(asked: Asked, headers: HeaderMap, body: Body) -> Answer<Ingested> {
    let (bars, unread) = body.read::<_, BarRow>("bars", most(&asked))?.split();
    hand_in(&asked, &headers, Rows { bars, ..Rows::default() }, [unread]).await
}

/// Hands in signals of algorithms; the answer comes when they and all that they come to are committed.
#[utoipa::path(post, path = "/api/ingest/signals", tag = "ingest",
    request_body(content((Vec<SignalRow> = "application/json"), (String = "application/x-ndjson")),
        description = "An array of signals, or a signal on each line."),
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn signals(asked: Asked, headers: HeaderMap, body: Body) -> Answer<Ingested> {
    let (signals, unread) = body.read::<_, SignalRow>("signals", most(&asked))?.split();
    hand_in(&asked, &headers, Rows { signals, ..Rows::default() }, [unread]).await
}

/// Hands in fills of traders; the answer comes when they and all that they come to are committed.
#[utoipa::path(post, path = "/api/ingest/trades", tag = "ingest",
    request_body(content((Vec<TradeRow> = "application/json"), (String = "application/x-ndjson")),
        description = "An array of fills, or a fill on each line."),
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn trades(asked: Asked, headers: HeaderMap, body: Body) -> Answer<Ingested> {
    let (trades, unread) = body.read::<_, TradeRow>("trades", most(&asked))?.split();
    hand_in(&asked, &headers, Rows { trades, ..Rows::default() }, [unread]).await
}

/// Rows of all kinds.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(Default)]
struct Detect {
    /// Bars.
    #[schema(value_type = Vec<BarRow>, default = json!([]))]
    #[serde(deserialize_with = "as_it_is")]
    bars: Option<Box<RawValue>>,
    /// Signals of algorithms.
    #[schema(value_type = Vec<SignalRow>, default = json!([]))]
    #[serde(deserialize_with = "as_it_is")]
    signals: Option<Box<RawValue>>,
    /// Fills of traders.
    #[schema(value_type = Vec<TradeRow>, default = json!([]))]
    #[serde(deserialize_with = "as_it_is")]
    trades: Option<Box<RawValue>>,
}

/// What stands there, even if it is `null`.
fn as_it_is<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

/// Hands in rows of all kinds, and answers which anomalies they come to.
#[utoipa::path(post, path = "/api/anomalies/detect", tag = "anomalies", request_body = Detect,
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn detect(asked: Asked, headers: HeaderMap, Json(given): Json<Detect>) -> Answer<Ingested> {
    let most = most(&asked);
    let (bars, of_bars) = read::<_, BarRow>("bars", given.bars.as_deref(), most)?.split();
    let (signals, of_signals) = read::<_, SignalRow>("signals", given.signals.as_deref(), most)?.split();
    let (trades, of_trades) = read::<_, TradeRow>("trades", given.trades.as_deref(), most)?.split();
    let rows = Rows { bars, signals, trades };
    hand_in(&asked, &headers, rows, [of_bars, of_signals, of_trades]).await
}

fn read<T, R: DeserializeOwned + Into<T>>(
    kind: &'static str,
    given: Option<&RawValue>,
    most: usize,
) -> std::result::Result<Read<T>, Problem> {
    array::<T, R>(kind, given.map_or("[]", RawValue::get), most)
}

/// Most rows of a kind in one request.
fn most(asked: &Asked) -> usize {
    asked.platform.config.ingest.request_rows.get()
}

async fn hand_in<const N: usize>(
    asked: &Asked,
    headers: &HeaderMap,
    rows: Rows,
    unread: [Unread; N],
) -> Answer<Ingested> {
    Ok(Json(take(&asked.platform, &asked.caller, rows, unread, name(headers)).await?))
}

/// Takes in rows of a request of that name, and adds those that could not be read to what became of the others.
pub(super) async fn take<const N: usize>(
    platform: &Platform,
    caller: &Caller,
    rows: Rows,
    unread: [Unread; N],
    request: Option<&str>,
) -> Result<Ingested> {
    let mut ingested = ingest::ingest(platform, caller, rows, request).await?;
    for unread in unread {
        unread.add_to(&mut ingested);
    }
    Ok(ingested)
}
