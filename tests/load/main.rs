//! What a host takes over the network, as its clients see it: a real `host serve` over a private Postgres that a user
//! would have, real HTTP and WebSocket clients, all on the same machine. docs/PERFORMANCE.md says what the figures mean.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what cannot be measured ends it; figures are printed"
)]

mod ingest;
mod market;
mod reloads;
mod served;
mod subscribers;
mod summary;

use std::time::Duration;

use market::Market;
use served::Host;

/// Symbols; each request has a bar of each.
const SYMBOLS: usize = 100;

/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(30);

/// Requests that are under way at once where as much as possible is sent.
const CONNECTIONS: usize = 16;

/// Requests a second where half of what is asked for is sent: 10,000 bars a second.
const HALF_RATE: u32 = 100;

/// Subscribers, each to one symbol.
const SUBSCRIBERS: usize = 1_000;

/// Bars in a thousand that stand out: 1 %, and for subscribers as many as make 200 anomalies a second.
const PER_MILLE: u64 = 10;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` only asks whether it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let host = Host::start().await;
    let mut market = Market::new(SYMBOLS, PER_MILLE);
    println!("warming up: {} bars", market.warm_up(&host).await);
    ingest::most(&host, &mut market, CONNECTIONS, TIME).await;
    ingest::steadily(&host, &mut market, HALF_RATE, TIME).await;
    reloads::meanwhile(&host, &mut market, HALF_RATE, TIME).await;
    // Once more: right after the most that is taken, Postgres has still to tidy up.
    ingest::steadily(&host, &mut market, HALF_RATE, TIME).await;
    subscribers::listen(&host, &mut market, SUBSCRIBERS, TIME).await;
    host.report_memory();
}
