use reqwest::Method;
use serde_json::{Value, json};
use tests::{database, serving::Site};

use super::{Answer, Rest, client, seeded};

async fn lines(rest: &Rest, path: &str, lines: &[Value], key: &str) -> Answer {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let request = rest.request(Method::POST, path).header("content-type", "application/x-ndjson").body(body);
    Answer::of(request.header("idempotency-key", key)).await
}

#[tokio::test]
async fn good_rows_are_kept_beside_bad_ones() {
    let rest = seeded("rest_ingest").await;
    let bars = json!([
        { "timestamp": "2026-03-02T09:15:00+05:30", "symbol": "TEST", "close": "101.250000000001", "open": 100.1 },
        { "timestamp": "yesterday", "symbol": "TEST", "close": 1 },
        { "timestamp": 1_772_423_160_000_000_i64, "symbol": "TEST", "close": -1 },
        { "timestamp": 1_772_423_160_000_000_i64, "symbol": "TEST", "close": 1e2, "bid": 101, "ask": 100 },
        "no row"
    ]);
    let done = rest.post("/api/ingest/bars", &bars).await.json();
    assert_eq!(done["accepted"], 2, "{done}");
    let rejected: Vec<_> =
        done["rejected"].as_array().unwrap().iter().map(|one| one["row"].clone()).collect();
    assert_eq!(rejected, [1, 2, 4]);
    let kept: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT close::text, bid::text FROM bars WHERE symbol = 'TEST' ORDER BY at")
            .fetch_all(&rest.database.pool)
            .await
            .unwrap();
    assert_eq!(kept[0].0.trim_end_matches('0'), "101.250000000001", "not a digit is lost");
    assert_eq!(kept[1], (kept[1].0.clone(), None), "a crossed quote is blanked");
    assert_eq!(rest.post("/api/ingest/bars", &bars).await.json()["duplicates"], 2);
}

#[tokio::test]
async fn rows_of_all_kinds_come_as_lines_and_count_once() {
    let rest = seeded("rest_lines").await;
    let signal = json!({ "timestamp": "2026-03-02T03:46:00Z", "symbol": "TEST", "algorithm": "macd", "signal": "BUY" });
    let fill = json!({ "timestamp": "2026-03-02T03:46:00Z", "user_id": "t-1", "symbol": "TEST", "side": "SELL",
        "quantity": "2.5", "price": "99.5" });
    for (path, row, key) in [("/api/ingest/signals", signal, "s"), ("/api/ingest/trades", fill, "t")] {
        let first = lines(&rest, path, std::slice::from_ref(&row), key).await;
        assert_eq!(first.json()["accepted"], 1, "{first:?}");
        let again = lines(&rest, path, &[row], key).await;
        assert_eq!((again.header("idempotent-replayed"), again.json()), ("true", first.json()));
    }
    let trades: i64 = sqlx::query_scalar("SELECT count(*) FROM trades WHERE user_id = 't-1'")
        .fetch_one(&rest.database.pool)
        .await
        .unwrap();
    assert_eq!(trades, 1);
    rest.post("/api/ingest/bars", &json!({ "timestamp": 1 })).await.problem(400);
    let csv = rest.request(Method::POST, "/api/ingest/bars").header("content-type", "text/csv").body("a,b");
    Answer::of(csv).await.problem(415);
}

#[tokio::test]
async fn rubbish_is_counted_and_not_collected() {
    let database = database::fresh("rest_rubbish").await;
    let site = Site::new(&database)
        .with("VYOMO_SERVER__DEVELOPMENT", "false")
        .with("VYOMO_INGEST__REQUEST_ROWS", "3000");
    let key = |scope: &str| {
        let made = site.host(&["key", "create", scope, "--scope", scope]);
        assert_eq!(made.code, 0, "{made:?}");
        made.out.trim_end().to_owned()
    };
    let (viewer, ingest) = (key("viewer"), key("ingest"));
    let serving = site.serve();
    let client = client();
    let post = async |path: &str, key: &str, kind: &'static str, body: String| {
        let request = client.post(format!("{}{path}", serving.url)).bearer_auth(key);
        Answer::of(request.header("content-type", kind).body(body)).await
    };
    let (json, lines) = ("application/json", "application/x-ndjson");
    for (path, kind) in
        [("/api/ingest/bars", lines), ("/api/ingest/trades", json), ("/api/anomalies/detect", json)]
    {
        let refused = post(path, &viewer, kind, "rubbish".to_owned()).await.problem(403);
        assert_eq!(refused["code"], "FORBIDDEN", "{path}: what is not allowed is not read");
    }
    let good = r#"{"timestamp": 1772423160000000, "symbol": "TEST", "close": 1}"#;
    for (path, kind, body) in [
        ("/api/ingest/bars", lines, format!("{}{good}\n", "1\n".repeat(2_000))),
        ("/api/ingest/bars", json, format!("[{}{good}]", "1,".repeat(2_000))),
        ("/api/anomalies/detect", json, format!("{{\"bars\":[{}{good}]}}", "1,".repeat(2_000))),
    ] {
        let done = post(path, &ingest, kind, body).await.json();
        assert_eq!(
            (&done["rejectedCount"], done["rejected"].as_array().unwrap().len()),
            (&json!(2_000), 1_000)
        );
        assert_eq!(done["accepted"].as_u64().unwrap() + done["duplicates"].as_u64().unwrap(), 1);
        assert_eq!(done["rejected"][999]["row"], 999);
    }
    for (path, kind, body) in [
        ("/api/ingest/bars", lines, "1\n".repeat(3_001)),
        ("/api/ingest/bars", json, format!("[{}1]", "1,".repeat(3_000))),
        ("/api/anomalies/detect", json, format!("{{\"bars\":[{}1]}}", "1,".repeat(3_000))),
    ] {
        let refused = post(path, &ingest, kind, body).await.problem(422);
        assert!(refused["detail"].as_str().unwrap().contains("at most 3000"), "{refused}");
    }
}
