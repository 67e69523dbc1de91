//! `host replay` against a receiver that is as difficult as a host under load.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Instant,
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::{Value, json};
use tests::{Ran, Scratch};
use tokio::{net::TcpListener, task::spawn_blocking};

const BARS: &str = "timestamp,symbol,close,bid\n\
    2026-01-05T03:45:00Z,NIFTY,100.05,\n\
    2026-01-05T03:45:00Z,GOLD,7,6.5\n\
    2026-01-05T03:46:00Z,NIFTY,100.1,100\n\
    2026-01-05T03:47:00Z,NIFTY,100.2,100\n";
const SIGNALS: &str =
    "timestamp,symbol,algorithm,signal,confidence\n2026-01-05T03:46:00Z,NIFTY,macd,BUY,0.75\n";
const TRADES: &str = "timestamp,user_id,symbol,side,quantity,price,order_id\n\
    2026-01-05T03:46:30Z,asha,NIFTY,BUY,5,100.1,A\n\
    2026-01-05T03:46:30Z,asha,NIFTY,BUY,5,100.1,A\n";

/// A request that came in.
#[derive(Clone, Debug)]
struct Got {
    kind: String,
    key: String,
    authorization: String,
    rows: Vec<Value>,
}

#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Got>>>,
    /// How each of the first requests is answered.
    troubles: Arc<Mutex<Vec<StatusCode>>>,
}

impl Receiver {
    async fn start(troubles: &[StatusCode]) -> (String, Self) {
        let receiver = Self::default();
        receiver.troubles.lock().unwrap().extend(troubles.iter().rev());
        let router = Router::new().route("/api/ingest/{kind}", post(take)).with_state(receiver.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (url, receiver)
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

async fn take(
    State(receiver): State<Receiver>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let header = |name: &str| headers.get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(header("content-type"), "application/x-ndjson");
    let rows: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = rows.len();
    let (key, authorization) = (header("idempotency-key"), header("authorization"));
    receiver.got.lock().unwrap().push(Got { kind, key, authorization, rows });
    let trouble = receiver.troubles.lock().unwrap().pop();
    match trouble {
        None => {
            let id = "019c2b5e-0000-7000-8000-000000000000";
            let answer = json!({
                "accepted": count, "duplicates": 0, "late": 0, "rejected": [], "rejectedCount": 0, "anomalies": [id],
                "lastBlock": 7
            });
            axum::Json(answer).into_response()
        }
        Some(StatusCode::OK) => {
            let odd = json!({ "kind": "bar", "line": 1, "reason": "close is 1000 times the last one" });
            let answer = json!({
                "accepted": count - 1, "duplicates": 0, "late": 0, "rejected": [odd], "rejectedCount": 1,
                "anomalies": [], "lastBlock": 7
            });
            axum::Json(answer).into_response()
        }
        Some(StatusCode::IM_A_TEAPOT) => panic!("the connection is lost"),
        Some(status) => {
            let problem = json!({ "detail": "the fifth field is odd" }).to_string();
            (status, [("retry-after", "1")], problem).into_response()
        }
    }
}

async fn replay(url: &str, arguments: &'static [&'static str]) -> Ran {
    let url = url.to_owned();
    spawn_blocking(move || {
        let site = Scratch::new()
            .with_file("bars.csv", BARS)
            .with_file("signals.csv", SIGNALS)
            .with_file("trades.csv", TRADES)
            .with_file("key", "vyk_secret\n");
        let given =
            ["replay", "bars.csv", "--signals", "signals.csv", "--trades", "trades.csv", "--to", &url];
        site.host(&[&given, arguments].concat())
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_told_in_order_with_exact_numbers_and_the_key() {
    let (url, receiver) = Receiver::start(&[]).await;
    let ran = replay(&url, &["--speed", "0", "--key-file", "key", "--in-flight", "1"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("7 rows accepted, 0 known before, 0 refused (0 late)\n"), "{ran:?}");
    assert_eq!(ran.err, format!("replaying 7 rows to {url}/\n"));
    let got = receiver.got();
    assert!(got.iter().all(|request| request.authorization == "Bearer vyk_secret"), "{got:?}");
    let told: Vec<(&str, &Value)> =
        got.iter().flat_map(|request| request.rows.iter().map(|row| (request.kind.as_str(), row))).collect();
    let first = json!({ "timestamp": "2026-01-05T03:45:00Z", "symbol": "GOLD", "close": "7", "bid": "6.5" });
    assert!(told.contains(&("bars", &first)), "{told:?}");
    let signal = json!({
        "timestamp": "2026-01-05T03:46:00Z", "symbol": "NIFTY", "algorithm": "macd", "signal": "BUY",
        "confidence": 0.75
    });
    assert!(told.contains(&("signals", &signal)), "{told:?}");
    let trades: Vec<&Value> =
        told.iter().filter(|(kind, _)| *kind == "trades").map(|(_, row)| *row).collect();
    assert_eq!(trades.len(), 2);
    assert_eq!(trades[0]["orderId"], trades[1]["orderId"], "one order");
    assert_ne!(trades[0]["fillId"], trades[1]["fillId"], "two equal fills");
    let nifty: Vec<&str> = told
        .iter()
        .filter(|(kind, row)| *kind == "bars" && row["symbol"] == "NIFTY")
        .map(|(_, row)| row["timestamp"].as_str().unwrap())
        .collect();
    assert!(nifty.is_sorted() && nifty.len() == 3, "{nifty:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_under_load_is_given_time_and_a_lost_answer_is_asked_for_again() {
    let lost = StatusCode::IM_A_TEAPOT;
    let troubles =
        [StatusCode::TOO_MANY_REQUESTS, lost, StatusCode::SERVICE_UNAVAILABLE, StatusCode::CONFLICT];
    let (url, receiver) = Receiver::start(&troubles).await;
    let began = Instant::now();
    let ran = replay(&url, &["--speed", "0", "--in-flight", "1", "--patience", "60"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("7 rows accepted"), "{ran:?}");
    assert!(began.elapsed().as_secs() >= 2, "Retry-After is heeded");
    let mut keys: BTreeMap<String, Vec<Vec<Value>>> = BTreeMap::new();
    for request in receiver.got() {
        keys.entry(request.key).or_default().push(request.rows);
    }
    let times: Vec<usize> = keys.values().map(Vec::len).collect();
    assert_eq!(times.iter().sum::<usize>(), times.len() + troubles.len(), "{keys:?}");
    assert!(
        keys.values().all(|rows| rows.iter().all(|again| *again == rows[0])),
        "a key stands for its rows"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_host_refuses_ends_the_replay_with_its_reason() {
    let (url, receiver) = Receiver::start(&[StatusCode::UNPROCESSABLE_ENTITY]).await;
    let ran = replay(&url, &["--speed", "0", "--in-flight", "1", "--patience", "60"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("422") && ran.err.contains("the fifth field is odd"), "{ran:?}");
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_host_refuses_are_an_incomplete_replay() {
    let (url, _receiver) = Receiver::start(&[StatusCode::OK]).await;
    let ran = replay(&url, &["--speed", "0", "--in-flight", "1"]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.out.starts_with("6 rows accepted, 0 known before, 1 refused (0 late)\n"), "{ran:?}");
    assert!(ran.out.contains("\nrefused bar: close is 1000 times the last one\n"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_none_are_named_with_their_place_and_reason() {
    let (url, receiver) = Receiver::start(&[]).await;
    let ran = spawn_blocking(move || {
        let bars: String = (1..=6).map(|line| format!("2026-01-05T03:5{line}:00Z,NIFTY,-{line}\n")).collect();
        let bars = format!("timestamp,symbol,close\nyesterday,NIFTY,1\n2026-01-05T03:45:00Z,NIFTY,1\n{bars}");
        let site = Scratch::new().with_file("bars.csv", &bars);
        site.host(&["replay", "bars.csv", "--speed", "0", "--to", &url])
    });
    let ran = ran.await.unwrap();
    assert_eq!((ran.code, receiver.got().len()), (0, 1), "{ran:?}");
    assert!(
        ran.err.starts_with("warning: rows of the files that cannot be used are left out: 7\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("\n  bars.csv, line 2: timestamp `yesterday` is not RFC 3339"), "{ran:?}");
    assert!(ran.err.contains("\n  bars.csv, line 4: close -1 is not a positive number\n"), "{ran:?}");
    assert!(ran.err.contains("\n  and 2 more; `host backtest --rejects FILE`"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_stays_away_ends_the_replay() {
    let ran = replay("http://127.0.0.1:9", &["--speed", "0", "--patience", "1"]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("took no rows for 1 s") && ran.err.contains("rows are kept once"), "{ran:?}");
    let silent = "warning: http://127.0.0.1:9/ does not answer: Connection refused (os error 111); it is asked again \
                  for 1 s (--patience)";
    assert_eq!(ran.err.matches(silent).count(), 1, "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn speed_is_that_of_the_rows() {
    let (url, receiver) = Receiver::start(&[]).await;
    let began = Instant::now();
    // Two and a half minutes between the first row and the last.
    let ran = replay(&url, &["--speed", "60"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("; at this speed it takes "), "{ran:?}");
    assert!(began.elapsed().as_millis() >= 2_000, "{:?}", began.elapsed());
    assert!(receiver.got().len() > 3, "rows of one moment go together, those of another one later");
}
