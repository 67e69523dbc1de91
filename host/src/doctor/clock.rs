//! This machine's clock, against the database's and the ledger's.

use super::Finding;
use crate::{
    domain::time::{SECOND, Timestamp},
    store::{Store, blocks, overview},
};

/// A difference above this is worth a look, microseconds: leases of hosts and of rows live a few seconds.
const NOTED: i64 = SECOND;

/// A difference above this makes hosts take each other for dead, microseconds.
const WRONG: i64 = 5 * SECOND;

const ADVICE: &str = "keep both clocks by NTP (timedatectl shows whether that works)";

pub(super) async fn examine(store: &Store) -> Vec<Finding> {
    let before = Timestamp::now();
    let Ok(theirs) = overview::clock(store.pool()).await else { return Vec::new() };
    let after = Timestamp::now();
    let ours = i64::midpoint(before.0, after.0);
    vec![difference(ours - theirs.0), ledger(store, after).await]
}

fn difference(ahead: i64) -> Finding {
    let found = format!("{:+.3} s against the database's", ahead as f64 / SECOND as f64);
    match ahead.abs() {
        ..NOTED => Finding::ok("clock", found),
        NOTED..WRONG => Finding::warning("clock", found, ADVICE),
        WRONG.. => Finding::problem("clock", found, ADVICE),
    }
}

async fn ledger(store: &Store, now: Timestamp) -> Finding {
    match blocks::head(store).await {
        Ok(Some(head)) if head.time - now.0 > NOTED => {
            let ahead = (head.time - now.0) / SECOND;
            Finding::problem("last block", format!("it is of {ahead} s from now"), ADVICE)
        }
        Ok(Some(head)) => Finding::ok("last block", format!("of {}", Timestamp(head.time))),
        Ok(None) => Finding::ok("last block", "none yet"),
        Err(error) => Finding::problem("last block", error.to_string(), "host ledger verify"),
    }
}
