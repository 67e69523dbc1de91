//! Built-in data as rows that are handed in.

use std::{collections::BTreeMap, path::Path};

use host::{
    backtest::generate::{Dataset, Spec},
    domain::{
        rfc3339,
        rows::Vote,
        time::{MINUTE, Timestamp},
        vocabulary::TradeSide,
    },
    store::rows::{Bar, Rows, Signal, Trade},
};
use rust_decimal::Decimal;
use sqlx::PgPool;

/// Built-in data, and the files that a backtest of them reads.
#[expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
pub fn built_in(folder: &Path, days: usize, symbols: usize) -> Rows {
    Dataset::generate(&Spec { seed: 5, days, symbols }).write_files(folder).unwrap();
    Rows {
        bars: table(&folder.join("market.csv"), bar),
        signals: table(&folder.join("signals.csv"), signal),
        trades: table(&folder.join("trades.csv"), trade),
    }
}

/// The same in parts, by when they are known, so many minutes each.
pub fn by_minutes(rows: &Rows, minutes: i64) -> Vec<Rows> {
    let mut parts: BTreeMap<i64, Rows> = BTreeMap::new();
    let part = |at: i64| at.div_euclid(minutes * MINUTE);
    for bar in &rows.bars {
        parts.entry(part(bar.at.0 + MINUTE)).or_default().bars.push(bar.clone());
    }
    for signal in &rows.signals {
        parts.entry(part(signal.at.0)).or_default().signals.push(signal.clone());
    }
    for trade in &rows.trades {
        parts.entry(part(trade.at.0)).or_default().trades.push(trade.clone());
    }
    parts.into_values().collect()
}

type Record = std::collections::HashMap<String, String>;

#[expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
fn table<R>(path: &Path, row: impl Fn(&Record) -> R) -> Vec<R> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|record: Result<Record, _>| row(&record.unwrap())).collect()
}

fn known<'a>(record: &'a Record, column: &str) -> Option<&'a str> {
    record.get(column).map(String::as_str).filter(|cell| !cell.is_empty())
}

fn decimal(record: &Record, column: &str) -> Option<Decimal> {
    known(record, column).and_then(|cell| cell.parse().ok())
}

fn at(record: &Record) -> Timestamp {
    Timestamp(rfc3339::parse(record["timestamp"].as_bytes()).unwrap_or_default())
}

fn bar(record: &Record) -> Bar {
    Bar {
        symbol: record["symbol"].clone(),
        at: at(record),
        open: decimal(record, "open"),
        high: decimal(record, "high"),
        low: decimal(record, "low"),
        close: decimal(record, "close").unwrap_or_default(),
        volume: decimal(record, "volume"),
        bid: decimal(record, "bid"),
        ask: decimal(record, "ask"),
        open_interest: decimal(record, "open_interest"),
        implied_volatility: known(record, "implied_volatility").and_then(|cell| cell.parse().ok()),
    }
}

fn signal(record: &Record) -> Signal {
    Signal {
        symbol: record["symbol"].clone(),
        algorithm: record["algorithm"].clone(),
        user_id: known(record, "user_id").map(str::to_owned),
        at: at(record),
        vote: match record["signal"].as_str() {
            "BUY" => Vote::Buy,
            "SELL" => Vote::Sell,
            _ => Vote::Hold,
        },
        confidence: known(record, "confidence").and_then(|cell| cell.parse().ok()).unwrap_or(1.0),
    }
}

fn trade(record: &Record) -> Trade {
    Trade {
        user_id: record["user_id"].clone(),
        symbol: record["symbol"].clone(),
        at: at(record),
        side: if record["side"] == "BUY" { TradeSide::Buy } else { TradeSide::Sell },
        quantity: decimal(record, "quantity").unwrap_or_default(),
        price: decimal(record, "price").unwrap_or_default(),
        realized_pnl: decimal(record, "realized_pnl"),
        equity: decimal(record, "equity"),
        order_id: known(record, "order_id").map(str::to_owned),
        fill_id: known(record, "fill_id").map(str::to_owned),
    }
}

/// Rows as `POST /api/anomalies/detect` takes them.
pub fn body(rows: &Rows) -> serde_json::Value {
    use serde_json::json;
    let exact = |number: Option<Decimal>| number.map(|number| number.to_string());
    let bar = |bar: &Bar| {
        json!({
            "timestamp": bar.at, "symbol": bar.symbol, "open": exact(bar.open), "high": exact(bar.high),
            "low": exact(bar.low), "close": bar.close.to_string(), "volume": exact(bar.volume),
            "bid": exact(bar.bid), "ask": exact(bar.ask), "openInterest": exact(bar.open_interest),
            "impliedVolatility": bar.implied_volatility,
        })
    };
    let signal = |signal: &Signal| {
        json!({
            "timestamp": signal.at, "symbol": signal.symbol, "algorithm": signal.algorithm, "signal": signal.vote,
            "confidence": signal.confidence, "userId": signal.user_id,
        })
    };
    let trade = |trade: &Trade| {
        json!({
            "timestamp": trade.at, "userId": trade.user_id, "symbol": trade.symbol, "side": trade.side,
            "quantity": trade.quantity.to_string(), "price": trade.price.to_string(),
            "realizedPnl": exact(trade.realized_pnl), "equity": exact(trade.equity), "orderId": trade.order_id, "fillId": trade.fill_id,
        })
    };
    json!({
        "bars": rows.bars.iter().map(bar).collect::<Vec<_>>(),
        "signals": rows.signals.iter().map(signal).collect::<Vec<_>>(),
        "trades": rows.trades.iter().map(trade).collect::<Vec<_>>(),
    })
}

/// Subject, detector, kind and when it opened.
pub type Known = (String, String, String, i64);

/// All anomalies on record: what they are, and how many findings each took in.
#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
pub async fn anomalies(pool: &PgPool) -> BTreeMap<Known, (String, i32)> {
    let query = "SELECT symbol, detector, kind, opened_at, severity::text, findings FROM anomaly_detections
                 UNION ALL
                 SELECT symbol, detector, kind, opened_at, severity::text, findings FROM algorithm_conflicts
                 UNION ALL
                 SELECT user_id, detector, kind, opened_at, severity::text, findings FROM behavior_anomalies";
    let rows: Vec<(String, String, String, Timestamp, String, i32)> =
        sqlx::query_as(query).fetch_all(pool).await.unwrap();
    let known = |(subject, detector, kind, at, severity, findings): (_, _, _, Timestamp, _, _)| {
        ((subject, detector, kind, at.0), (severity, findings))
    };
    rows.into_iter().map(known).collect()
}
