//! Rows over a WebSocket.

use futures::{SinkExt as _, StreamExt as _};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sqlx::query_scalar;
use tests::{
    database::{self, Database},
    serving::{Serving, Site},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};

/// Longer than anything takes that works.
const LONG: std::time::Duration = std::time::Duration::from_mins(1);

const COMPONENT: &str = "plugins/market/price-movement/price-movement.wasm";

struct Running {
    host: Serving,
    site: Site,
    database: Database,
}

impl Running {
    async fn new(name: &str, settings: &[(&str, &str)]) -> Self {
        let database = database::fresh(name).await;
        let mut site = Site::new(&database).with_components(&[COMPONENT]);
        for (variable, value) in settings {
            site = site.with(variable, value);
        }
        Self { host: site.serve(), site, database }
    }

    /// A host that asks for keys.
    async fn guarded(name: &str, settings: &[(&str, &str)]) -> Self {
        let mut all = vec![("VYOMO_SERVER__DEVELOPMENT", "false")];
        all.extend(settings);
        Self::new(name, &all).await
    }

    fn key(&self, name: &str, arguments: &[&str]) -> String {
        let made = self.site.host(&[&["key", "create", name, "--scope"], arguments].concat());
        assert_eq!(made.code, 0, "{made:?}");
        made.out.trim_end().to_owned()
    }

    async fn bars(&self) -> u64 {
        let count: i64 =
            query_scalar("SELECT count(*) FROM bars").fetch_one(&self.database.pool).await.unwrap();
        count.cast_unsigned()
    }
}

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a host says.
#[derive(Debug, PartialEq)]
enum Said {
    Message(Value),
    Closed(u16),
    Gone,
}

impl Client {
    /// Connects with headers, or gives the status of the refusal.
    async fn try_connect(host: &Serving, headers: &[(&'static str, String)]) -> Result<Self, u16> {
        let url = format!("{}/api/ingest/feed", host.url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "vyomo-ingest.v1".parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, answer)) => {
                assert_eq!(answer.headers()["Sec-WebSocket-Protocol"], "vyomo-ingest.v1");
                Ok(Self(socket))
            }
            Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    async fn connect(host: &Serving) -> Self {
        Self::try_connect(host, &[]).await.unwrap()
    }

    /// Connects and says who it is.
    async fn open(host: &Serving, payload: &Value) -> Self {
        let mut client = Self::connect(host).await;
        client.introduce(payload).await;
        assert_eq!(client.next().await, Said::Message(json!({"type": "connection_ack"})));
        client
    }

    async fn introduce(&mut self, payload: &Value) {
        self.say(&json!({"type": "connection_init", "payload": payload})).await;
    }

    async fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn next(&mut self) -> Said {
        loop {
            match timeout(LONG, self.0.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => return Said::Message(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Said::Closed(frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Said::Gone,
            }
        }
    }

    async fn answer(&mut self) -> Value {
        match self.next().await {
            Said::Message(message) => message,
            other => panic!("{other:?}"),
        }
    }
}

fn bearer(key: &str) -> Value {
    json!({ "authorization": format!("Bearer {key}") })
}

/// A bar of a quiet day.
fn bar(minute: usize, close: f64) -> Value {
    let (hour, minute) = (4 + minute / 60, minute % 60);
    json!({"timestamp": format!("2026-01-05T{hour:02}:{minute:02}:00Z"), "symbol": "NIFTY", "open": close,
           "high": close, "low": close, "close": close, "volume": 1000})
}

fn quiet(minutes: std::ops::Range<usize>) -> Vec<Value> {
    minutes.map(|minute| bar(minute, 100.0 + (minute % 7) as f64 * 0.01)).collect()
}

fn rows(id: &str, bars: &[Value]) -> Value {
    json!({"type": "rows", "id": id, "bars": bars})
}

#[tokio::test]
async fn rows_are_taken_once_and_what_is_odd_is_found() {
    let running = Running::new("feed_taken", &[]).await;
    let mut client = Client::open(&running.host, &json!({})).await;
    client.say(&rows("day", &quiet(0..250))).await;
    let taken = client.answer().await;
    assert_eq!((&taken["type"], &taken["id"]), (&json!("taken"), &json!("day")));
    assert_eq!((&taken["accepted"], &taken["anomalies"]), (&json!(250), &json!([])), "{taken}");

    client.say(&rows("jump", &[bar(250, 130.0), json!({"close": 1}), bar(251, -1.0)])).await;
    let taken = client.answer().await;
    assert_eq!((&taken["id"], &taken["accepted"]), (&json!("jump"), &json!(1)), "{taken}");
    assert_eq!(taken["anomalies"].as_array().map(Vec::len), Some(1), "{taken}");
    assert_eq!(taken["decisions"].as_array().map(Vec::len), Some(1), "{taken}");
    let places: Vec<_> =
        taken["rejected"].as_array().unwrap().iter().map(|it| (&it["kind"], &it["row"])).collect();
    assert_eq!(places, [(&json!("bars"), &json!(1)), (&json!("bars"), &json!(2))]);

    client.say(&rows("jump", &[bar(250, 130.0)])).await;
    let again = client.answer().await;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(1)), "{again}");
    assert_eq!(running.bars().await, 251);
}

#[tokio::test]
async fn the_id_of_a_batch_tells_equal_fills_from_those_that_are_sent_again() {
    let running = Running::new("feed_fills", &[]).await;
    let fill = json!({"timestamp": "2026-01-05T04:00:00Z", "userId": "asha", "symbol": "NIFTY", "side": "BUY",
                      "quantity": 1, "price": 100});
    let batch = |id: &str| json!({"type": "rows", "id": id, "trades": [&fill, &fill]});
    for (id, accepted) in [("1", 2), ("1", 0), ("2", 2)] {
        let mut client = Client::open(&running.host, &json!({})).await;
        client.say(&batch(id)).await;
        let taken = client.answer().await;
        assert_eq!((&taken["accepted"], &taken["duplicates"]), (&json!(accepted), &json!(2 - accepted)));
    }
}

#[tokio::test]
async fn who_may_not_hand_in_rows_is_sent_away() {
    let running =
        Running::guarded("feed_access", &[("VYOMO_SUBSCRIPTIONS__INIT_TIMEOUT_SECONDS", "2")]).await;
    let (viewer, ingest) = (running.key("screen", &["viewer"]), running.key("feed", &["ingest"]));
    let wrong = format!("vyk_{}", "A".repeat(43));
    let header = |key: &str| [("Authorization", format!("Bearer {key}"))];
    for (key, status) in [(&wrong, 401), (&viewer, 403)] {
        assert_eq!(Client::try_connect(&running.host, &header(key)).await.err(), Some(status));
        let mut client = Client::connect(&running.host).await;
        client.introduce(&bearer(key)).await;
        assert_eq!(client.next().await, Said::Closed(4403));
    }
    let mut nobody = Client::connect(&running.host).await;
    nobody.introduce(&json!({})).await;
    assert_eq!(nobody.next().await, Said::Closed(4403));
    let mut hasty = Client::connect(&running.host).await;
    hasty.say(&rows("1", &quiet(0..1))).await;
    assert_eq!(hasty.next().await, Said::Closed(4401));
    let mut silent = Client::connect(&running.host).await;
    assert_eq!(silent.next().await, Said::Closed(4408));
    let origin = [("Origin", "https://evil.example".to_owned())];
    assert_eq!(Client::try_connect(&running.host, &origin).await.err(), Some(403));

    let mut known = Client::try_connect(&running.host, &header(&ingest)).await.unwrap();
    assert_eq!(known.answer().await, json!({"type": "connection_ack"}));
    known.say(&rows("1", &quiet(0..1))).await;
    assert_eq!(known.answer().await["accepted"], 1);
    known.introduce(&bearer(&ingest)).await;
    assert_eq!(known.next().await, Said::Closed(4429));
    assert_eq!(running.bars().await, 1);
}

#[tokio::test]
async fn a_key_that_ends_ends_its_feeds() {
    let running = Running::guarded("feed_keys", &[("VYOMO_INGEST__SOCKETS", "1")]).await;
    let brief = running.key("brief", &["ingest", "--expires", "5s"]);
    let mut expiring = Client::open(&running.host, &bearer(&brief)).await;
    assert_eq!(expiring.next().await, Said::Closed(4403));
    let key = running.key("feed", &["ingest"]);
    let mut revoked = Client::open(&running.host, &bearer(&key)).await;
    let mut second = Client::connect(&running.host).await;
    second.introduce(&bearer(&key)).await;
    assert_eq!(second.next().await, Said::Closed(4403), "one connection is as many as may be");
    assert_eq!(running.site.host(&["key", "revoke", "feed"]).code, 0);
    assert_eq!(revoked.next().await, Said::Closed(4403));
}

#[tokio::test]
async fn what_makes_no_sense_or_is_too_long_ends_the_connection() {
    let running = Running::new("feed_nonsense", &[("VYOMO_SERVER__MAX_BODY_BYTES", "10000")]).await;
    for (nonsense, code) in [
        (json!("hello"), 4400),
        (json!({"type": "rows", "bars": []}), 4400),
        (json!({"type": "rows", "id": "", "bars": []}), 4400),
        (json!({"type": "rows", "id": "1", "bar": []}), 4400),
        (json!({"type": "rows", "id": "x".repeat(20_000)}), 1009),
    ] {
        let mut client = Client::open(&running.host, &json!({})).await;
        client.say(&nonsense).await;
        assert_eq!(client.next().await, Said::Closed(code), "{nonsense}");
    }
    let mut client = Client::open(&running.host, &json!({})).await;
    client.say(&rows("1", &[])).await;
    assert_eq!(client.answer().await["accepted"], 0);
}

/// Hands in so many batches of twenty rows without waiting for answers, and gives the answers.
async fn crowd(running: &Running, batches: usize) -> Vec<Value> {
    let mut client = Client::open(&running.host, &json!({})).await;
    for batch in 0..batches {
        client.say(&rows(&batch.to_string(), &quiet(batch * 20..batch * 20 + 20))).await;
    }
    let mut answers = Vec::new();
    for _ in 0..batches {
        answers.push(client.answer().await);
    }
    answers
}

#[tokio::test]
async fn what_is_too_much_is_refused_and_may_come_again() {
    let settings = [("VYOMO_INGEST__WAITING_ROWS", "20"), ("VYOMO_INGEST__SOCKET_BATCHES", "64")];
    let running = Running::new("feed_overload", &settings).await;
    let answers = crowd(&running, 40).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it["type"] == "taken");
    assert!(!taken.is_empty() && !refused.is_empty(), "{answers:?}");
    for answer in refused {
        let problem = &answer["problem"];
        assert_eq!((&problem["status"], &problem["code"]), (&json!(429), &json!("OVERLOADED")), "{answer}");
        assert!(problem["instance"].is_string() && answer["retryAfter"].as_u64() >= Some(1), "{answer}");
    }
    let accepted: u64 = taken.iter().map(|it| it["accepted"].as_u64().unwrap()).sum();
    assert_eq!(running.bars().await, accepted);
}

#[tokio::test]
async fn who_sends_too_fast_is_not_read() {
    let settings = [("VYOMO_INGEST__WAITING_ROWS", "20"), ("VYOMO_INGEST__SOCKET_BATCHES", "1")];
    let running = Running::new("feed_pressure", &settings).await;
    let answers = crowd(&running, 40).await;
    // One batch at a time finds nothing that waits, and is answered before the next one is read.
    let expected: Vec<_> = (0..40).map(|id| (json!("taken"), json!(id.to_string()), json!(20))).collect();
    let found = answers.iter().map(|it| (it["type"].clone(), it["id"].clone(), it["accepted"].clone()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_host_that_stops_answers_what_it_has_taken() {
    let running = Running::new("feed_stop", &[("VYOMO_INGEST__SOCKET_BATCHES", "4")]).await;
    let mut client = Client::open(&running.host, &json!({})).await;
    for batch in 0..40 {
        client.say(&rows(&batch.to_string(), &quiet(batch * 20..batch * 20 + 20))).await;
    }
    let mut accepted = client.answer().await["accepted"].as_u64().unwrap();
    running.host.signal(Signal::SIGTERM);
    let last = loop {
        match client.next().await {
            Said::Message(answer) => accepted += answer["accepted"].as_u64().unwrap_or(0),
            other => break other,
        }
    };
    assert_eq!(last, Said::Closed(1001));
    assert_eq!(running.bars().await, accepted, "what is kept was acknowledged");
}
