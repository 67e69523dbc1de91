//! How many bars a second, and how long an answer takes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{market::Market, served::Host, summary::Summary};

/// What a request was told.
struct Answer {
    took: Duration,
    accepted: u64,
    anomalies: usize,
    refused: bool,
}

/// Sends as much as is taken, a request after another for each of so many connections.
pub(crate) async fn most(host: &Host, market: &mut Market, connections: usize, time: Duration) {
    let places = Arc::new(Semaphore::new(connections));
    let (began, mut under_way) = (Instant::now(), JoinSet::new());
    let mut answers = Vec::new();
    while began.elapsed() < time {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let body = market.next();
        let (client, url) = (host.client.clone(), host.url.clone());
        under_way.spawn(async move {
            let answer = send(&client, &url, body, Instant::now()).await;
            drop(place);
            answer
        });
        while let Some(answer) = under_way.try_join_next() {
            answers.push(answer.unwrap());
        }
    }
    answers.extend(under_way.join_all().await);
    report("as many as are taken", &answers, began.elapsed());
}

/// Sends so many requests a second, whether or not answers come: times count from when a request was due.
pub(crate) async fn steadily(host: &Host, market: &mut Market, rate: u32, time: Duration) {
    let began = Instant::now();
    let answers = send_steadily(host, market, rate, time).await;
    report(&format!("{rate} requests a second"), &answers, began.elapsed());
}

async fn send_steadily(host: &Host, market: &mut Market, rate: u32, time: Duration) -> Vec<Answer> {
    let (began, mut under_way) = (Instant::now(), JoinSet::new());
    let spacing = Duration::from_secs(1) / rate;
    for number in 0..rate * time.as_secs() as u32 {
        let due = began + spacing * number;
        let body = market.next();
        tokio::time::sleep_until(due.into()).await;
        let (client, url) = (host.client.clone(), host.url.clone());
        under_way.spawn(async move { send(&client, &url, body, due).await });
    }
    under_way.join_all().await
}

/// The same, for others who measure something else meanwhile; gives how many anomalies it came to.
pub(crate) async fn keep_busy(host: &Host, market: &mut Market, rate: u32, time: Duration) -> usize {
    let answers = send_steadily(host, market, rate, time).await;
    answers.iter().map(|answer| answer.anomalies).sum()
}

async fn send(client: &reqwest::Client, url: &str, body: String, since: Instant) -> Answer {
    let request =
        client.post(format!("{url}/api/ingest/bars")).header("content-type", "application/x-ndjson");
    let response = request.body(body).send().await.unwrap();
    let refused = response.status().as_u16() == 429 || response.status().as_u16() == 503;
    let text = response.text().await.unwrap();
    let took = since.elapsed();
    let said: Value = serde_json::from_str(&text).unwrap_or_default();
    assert!(refused || said["accepted"].is_number(), "{text}");
    Answer {
        took,
        accepted: said["accepted"].as_u64().unwrap_or(0),
        anomalies: said["anomalies"].as_array().map_or(0, Vec::len),
        refused,
    }
}

fn report(what: &str, answers: &[Answer], time: Duration) {
    let accepted: u64 = answers.iter().map(|answer| answer.accepted).sum();
    let anomalies: usize = answers.iter().map(|answer| answer.anomalies).sum();
    let refused = answers.iter().filter(|answer| answer.refused).count();
    let summary = Summary::of(answers.iter().map(|answer| answer.took));
    println!(
        "{what}: {:.0} bars a second, {:.2} % of them anomalies; answers {summary}; {refused} of {} refused",
        accepted as f64 / time.as_secs_f64(),
        anomalies as f64 * 100.0 / accepted.max(1) as f64,
        answers.len(),
    );
}
