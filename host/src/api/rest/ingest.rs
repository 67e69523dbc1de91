//! `/api/ingest`, and `/api/anomalies/detect`.

use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Routes,
    extract::{Answer, Asked, Json},
    idempotent::name,
    rows::{BarRow, Body, Read, SignalRow, TradeRow, Unread},
};
use crate::{
    service::{ingest, views::Ingested},
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
    let (bars, unread) = body.read::<_, BarRow>("bars")?.split();
    hand_in(&asked, &headers, Rows { bars, ..Rows::default() }, [unread]).await
}

/// Hands in signals of algorithms; the answer comes when they and all that they come to are committed.
#[utoipa::path(post, path = "/api/ingest/signals", tag = "ingest",
    request_body(content((Vec<SignalRow> = "application/json"), (String = "application/x-ndjson")),
        description = "An array of signals, or a signal on each line."),
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn signals(asked: Asked, headers: HeaderMap, body: Body) -> Answer<Ingested> {
    let (signals, unread) = body.read::<_, SignalRow>("signals")?.split();
    hand_in(&asked, &headers, Rows { signals, ..Rows::default() }, [unread]).await
}

/// Hands in fills of traders; the answer comes when they and all that they come to are committed.
#[utoipa::path(post, path = "/api/ingest/trades", tag = "ingest",
    request_body(content((Vec<TradeRow> = "application/json"), (String = "application/x-ndjson")),
        description = "An array of fills, or a fill on each line."),
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn trades(asked: Asked, headers: HeaderMap, body: Body) -> Answer<Ingested> {
    let (trades, unread) = body.read::<_, TradeRow>("trades")?.split();
    hand_in(&asked, &headers, Rows { trades, ..Rows::default() }, [unread]).await
}

/// Rows of all kinds.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(Default)]
struct Detect {
    /// Bars.
    #[schema(value_type = Vec<BarRow>)]
    bars: Vec<Box<RawValue>>,
    /// Signals of algorithms.
    #[schema(value_type = Vec<SignalRow>)]
    signals: Vec<Box<RawValue>>,
    /// Fills of traders.
    #[schema(value_type = Vec<TradeRow>)]
    trades: Vec<Box<RawValue>>,
}

/// Hands in rows of all kinds, and answers which anomalies they come to.
#[utoipa::path(post, path = "/api/anomalies/detect", tag = "anomalies", request_body = Detect,
    responses((status = 200, description = "What became of them.", body = Ingested)), security(("key" = ["ingest"])))]
async fn detect(asked: Asked, headers: HeaderMap, Json(given): Json<Detect>) -> Answer<Ingested> {
    let (bars, of_bars) = Read::of::<BarRow>("bars", given.bars.iter().map(|row| row.get())).split();
    let (signals, of_signals) =
        Read::of::<SignalRow>("signals", given.signals.iter().map(|row| row.get())).split();
    let (trades, of_trades) =
        Read::of::<TradeRow>("trades", given.trades.iter().map(|row| row.get())).split();
    let rows = Rows { bars, signals, trades, ..Rows::default() };
    hand_in(&asked, &headers, rows, [of_bars, of_signals, of_trades]).await
}

async fn hand_in<const N: usize>(
    asked: &Asked,
    headers: &HeaderMap,
    rows: Rows,
    unread: [Unread; N],
) -> Answer<Ingested> {
    let Asked { platform, caller } = asked;
    let mut ingested = ingest::ingest(platform, caller, rows, name(headers)).await?;
    for unread in unread {
        unread.add_to(&mut ingested);
    }
    Ok(Json(ingested))
}
