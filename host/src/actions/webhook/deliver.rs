use std::{ops::AddAssign, time::Duration};

use futures::{StreamExt as _, stream};
use serde_json::json;
use uuid::Uuid;

use super::{backoff::pause, endpoints::Endpoints};
use crate::{
    domain::{
        random::Random,
        time::{MINUTE, Timestamp},
    },
    outbound::{Failure, Message, Outbound},
    store::{
        actions::{self, Finished, Outcome},
        error::Result,
        journal::Journal,
        outbox::{self, Due, Fate, Settled},
    },
};

/// Longest wait for a receiver's answer.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// Most messages of one round.
const ROUND: i64 = 32;

/// Most messages under way at once. A round takes at most `ROUND / AT_ONCE` times the timeout.
const AT_ONCE: usize = 8;

/// How long nobody else takes the messages of a round, microseconds: twice as long as a round takes.
const LEASE: i64 = 2 * MINUTE;

/// What came of the messages of one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// They arrived.
    pub delivered: usize,
    /// They are to be tried again.
    pub again: usize,
    /// They are given up.
    pub dead: usize,
}

impl AddAssign for Delivered {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.again += other.again;
        self.dead += other.dead;
    }
}

/// One message, after an attempt.
struct Attempted {
    action: Uuid,
    settled: Settled,
    /// Microseconds.
    duration: i64,
    status: Option<u16>,
}

/// Sends the messages that are due, at most 32, and records what came of them: one round. Several hosts may do so at
/// once. A host that dies on the way leaves messages that are sent again two minutes later, under the same id.
/// Pauses are jittered by `seed`.
///
/// # Errors
///
/// If the database fails.
pub async fn deliver_due(
    journal: &Journal,
    endpoints: &Endpoints,
    outbound: &Outbound,
    clock: impl Fn() -> Timestamp,
    seed: u64,
) -> Result<Delivered> {
    let now = clock();
    let mut change = journal.begin(now).await?;
    let due = outbox::take(&mut change, Timestamp(now.0 + LEASE), ROUND).await?;
    change.commit().await?;
    if due.is_empty() {
        return Ok(Delivered::default());
    }
    let attempts = due.into_iter().map(|due| attempt(due, endpoints, outbound, &clock, seed));
    let attempted: Vec<Attempted> = stream::iter(attempts).buffer_unordered(AT_ONCE).collect().await;
    settle(journal, &attempted, clock()).await
}

async fn settle(journal: &Journal, attempted: &[Attempted], now: Timestamp) -> Result<Delivered> {
    let mut change = journal.begin(now).await?;
    let settled: Vec<Settled> = attempted.iter().map(|one| one.settled.clone()).collect();
    let unfinished = outbox::settle(&mut change, &settled).await?;
    let ended = attempted.iter().filter(|one| unfinished.contains(&one.action));
    let finished: Vec<Finished> = ended.filter_map(Attempted::finished).collect();
    if !finished.is_empty() {
        actions::finish(&mut change, &finished).await?;
    }
    change.commit().await?;
    let count = |is: fn(&Fate) -> bool| settled.iter().filter(|one| is(&one.fate)).count();
    Ok(Delivered {
        delivered: count(|fate| *fate == Fate::Delivered),
        again: count(|fate| matches!(fate, Fate::Again { .. })),
        dead: count(|fate| matches!(fate, Fate::Dead { .. })),
    })
}

impl Attempted {
    /// What came of the action; `None` while its message is under way.
    fn finished(&self) -> Option<Finished> {
        let outcome = match &self.settled.fate {
            Fate::Again { .. } => return None,
            Fate::Delivered => {
                Outcome::Succeeded { result: Some(json!({ "status": self.status })), compensation: None }
            }
            Fate::Dead { error } => Outcome::Failed { error: error.clone() },
        };
        Some(Finished { id: self.action, attempts: self.settled.attempts, duration: self.duration, outcome })
    }
}

async fn attempt(
    due: Due,
    endpoints: &Endpoints,
    outbound: &Outbound,
    clock: &impl Fn() -> Timestamp,
    seed: u64,
) -> Attempted {
    let began = clock();
    let sent = send(&due, endpoints, outbound, began).await;
    let ended = clock();
    let status = sent.as_ref().ok().copied();
    let fate = match sent {
        Ok(_) => Fate::Delivered,
        Err(failure) => {
            let mut random = Random::new(seed, &format!("{} {}", due.action_id, due.attempts));
            failed(failure, due.attempts, ended, &mut random)
        }
    };
    let settled = Settled { id: due.id, attempts: due.attempts, fate };
    Attempted { action: due.action_id, settled, duration: (ended.0 - began.0).max(0), status }
}

async fn send(
    due: &Due,
    endpoints: &Endpoints,
    outbound: &Outbound,
    now: Timestamp,
) -> std::result::Result<u16, Failure> {
    let Some(endpoint) = endpoints.get(&due.endpoint) else {
        let reason = format!("no endpoint is configured as webhooks.{}; add url and secrets", due.endpoint);
        return Err(Failure { reason, is_gone: false, retry_after: None });
    };
    let (id, body) = (due.action_id.to_string(), due.message.to_string());
    let message = Message { id: &id, body: body.as_bytes() };
    Ok(outbound.post(&endpoint.target, &endpoint.keys, message, now).await?.as_u16())
}

fn failed(failure: Failure, attempts: i32, now: Timestamp, random: &mut Random) -> Fate {
    let Failure { reason, is_gone, retry_after } = failure;
    let pause = if is_gone { None } else { pause(attempts, retry_after, random) };
    match pause {
        Some(pause) => Fate::Again { at: Timestamp(now.0 + pause), error: reason },
        None => Fate::Dead { error: reason },
    }
}
