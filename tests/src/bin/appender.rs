//! Appends blocks until told to stop: what runs as several processes, and what is killed, in tests and benchmarks of
//! the ledger.
//!
//! `appender URL KEY_FILE HEAD_FILE CONNECTIONS BLOCKS CHANGES`: each connection commits CHANGES changes (0: without
//! end) of BLOCKS blocks, and after each commit prints `FIRST END WRITER CHANGE`: block numbers, connection, change.

use std::{env, error::Error, io::Write as _, path::Path};

use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::keys::HostKey,
    store::{Store, change::About, journal::Journal},
};
use sqlx::postgres::PgPoolOptions;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, key, head, connections, blocks, changes] = arguments.as_slice() else {
        return Err("give URL KEY_FILE HEAD_FILE CONNECTIONS BLOCKS CHANGES".into());
    };
    let (connections, blocks, changes) = (connections.parse()?, blocks.parse()?, changes.parse()?);
    let pool = PgPoolOptions::new().max_connections(connections).connect(url).await?;
    let journal = Journal::open(Store::new(pool), HostKey::load(Path::new(key))?, Path::new(head)).await?;
    let writers: Vec<_> = (0..connections)
        .map(|writer| tokio::spawn(append(journal.clone(), writer, blocks, changes)))
        .collect();
    for writer in writers {
        writer.await??;
    }
    Ok(())
}

async fn append(
    journal: Journal,
    writer: u32,
    blocks: u32,
    changes: u64,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let process = std::process::id();
    for number in (0..).take_while(|number| changes == 0 || *number < changes) {
        let mut change = journal.begin(Timestamp::now()).await?;
        for block in 0..blocks {
            let payload = serde_json::json!({
                "anomaly": {
                    "id": format!("{process}-{writer}-{number}-{block}"),
                    "type": "PRICE_SPIKE", "detector": "price-movement", "symbol": "NIFTY", "severity": "HIGH",
                    "score": 0.875, "observed": 22_514.35, "expected": 22_101.5, "findings": 3,
                    "message": "price rose 1.9 % in one bar, 9.3 robust standard deviations above what is usual",
                    "opened_at": "2026-01-05T03:45:00Z", "last_at": "2026-01-05T03:47:00Z",
                },
            });
            change.note(BlockType::AnomalyDetected, &payload, About::default())?;
        }
        let appended = change.commit().await?;
        // One write for a line: lines of several writers do not mix.
        let line = format!("{} {} {writer} {number}\n", appended.start, appended.end);
        std::io::stdout().write_all(line.as_bytes())?;
    }
    Ok(())
}
