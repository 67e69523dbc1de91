//! How long answers take while components are replaced.

use std::{fs, time::Duration};

use tests::stamped;
use tokio::time::{interval, timeout};

use crate::{ingest, market::Market, served::Host};

/// A component is replaced so often.
const EVERY: Duration = Duration::from_secs(2);

/// The one that is.
const REPLACED: &str = "price-movement.wasm";

/// Sends so many requests a second while components are replaced again and again.
pub(crate) async fn meanwhile(host: &Host, market: &mut Market, rate: u32, time: Duration) {
    let (replaced, ()) = tokio::join!(replace(host, time), ingest::steadily(host, market, rate, time));
    println!("components were replaced {replaced} times meanwhile");
}

async fn replace(host: &Host, time: Duration) -> usize {
    let mut replaced = 0;
    let again_and_again = async {
        let mut turns = interval(EVERY);
        loop {
            turns.tick().await;
            let file = host.component(REPLACED);
            fs::write(&file, stamped(&file, &format!("{replaced}"))).unwrap();
            let asked = host.client.post(format!("{}/api/plugins/reload", host.url)).send().await.unwrap();
            assert!(asked.status().is_success(), "{}", asked.text().await.unwrap());
            replaced += 1;
        }
    };
    // It never ends by itself.
    let _ = timeout(time, again_and_again).await;
    replaced
}
