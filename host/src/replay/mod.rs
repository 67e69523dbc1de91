//! Files played as a live feed: rows go to a host's `POST /api/ingest/*` in the order in which they were known.
//!
//! Rows of one subject keep their order: subjects are dealt to lanes, and a lane sends one request at a time. A request
//! that may have been lost is sent again under the same `Idempotency-Key`, so that each row is told at least once and
//! kept once.

mod answer;
mod pace;
mod parcel;
mod send;
mod wire;

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc, task::JoinSet};

use crate::{backtest::batches::Batches, ingest::Input};

use answer::Answer;
pub use answer::Summary;
use pace::Pace;
use parcel::Parcel;
pub use send::{Receiver, ReplayError};
use wire::Writer;

/// Most rows of one request: some 400 kB, a twentieth of what a host takes.
const MOST_ROWS: usize = 2_000;

/// Parcels that wait in one lane, so that lanes do not drift apart.
const WAITING: usize = 2;

/// How to play.
#[derive(Clone, Copy, Debug)]
pub struct Tempo {
    /// Times as fast as it happened; 0: as fast as the host takes it.
    pub speed: f64,
    /// Requests at a time.
    pub lanes: usize,
}

/// What happens while rows are played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// So many rows were answered by now.
    Answered(u64),
    /// The host does not answer, for this reason, and is asked again.
    Silent(String),
}

/// What a lane tells.
enum Told {
    Answer(Answer),
    Silent(String),
}

/// Time between the first row and the last, as it happened.
pub fn length(input: &Input) -> Duration {
    let first = [
        input.bars.first().map(|row| row.known_at),
        input.signals.first().map(|row| row.at),
        input.fills.first().map(|row| row.at),
    ];
    let last = [
        input.bars.last().map(|row| row.known_at),
        input.signals.last().map(|row| row.at),
        input.fills.last().map(|row| row.at),
    ];
    let (first, last) = (first.into_iter().flatten().min(), last.into_iter().flatten().max());
    let microseconds = first.zip(last).map_or(0, |(first, last)| last.abs_diff(first));
    Duration::from_micros(microseconds)
}

/// Plays all rows, and tells `news` of each answer, and once of each time that the host falls silent.
///
/// # Errors
///
/// If the host refuses what is sent, or is away for longer than [`Receiver`]'s patience.
pub async fn play(
    input: &Input,
    receiver: Arc<Receiver>,
    tempo: Tempo,
    news: impl Fn(News),
) -> Result<Summary, ReplayError> {
    let (told, mut heard) = mpsc::channel(tempo.lanes.max(1));
    let mut tasks = JoinSet::new();
    let lanes: Vec<mpsc::Sender<Parcel>> = (0..tempo.lanes.max(1))
        .map(|lane| {
            let (sender, parcels) = mpsc::channel(WAITING);
            tasks.spawn(work(Arc::clone(&receiver), lane, parcels, told.clone()));
            sender
        })
        .collect();
    drop(told);
    let mut summary = Summary::default();
    let dealt = deal(input, tempo.speed, lanes);
    let counted = async {
        let mut is_silent = false;
        while let Some(told) = heard.recv().await {
            match told {
                Told::Answer(answer) => {
                    is_silent = false;
                    summary.add(&answer);
                    news(News::Answered(summary.rows));
                }
                Told::Silent(reason) => {
                    if !std::mem::replace(&mut is_silent, true) {
                        news(News::Silent(reason));
                    }
                }
            }
        }
    };
    tokio::join!(dealt, counted);
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|_| ReplayError::Interrupted)??;
    }
    Ok(summary)
}

/// Hands rows to lanes when they are due. A lane that is gone has an error to tell, and the rest needs no sending.
async fn deal(input: &Input, speed: f64, lanes: Vec<mpsc::Sender<Parcel>>) {
    let (mut pace, writer) = (Pace::begin(speed), Writer::new(input));
    let mut moments = Batches::of(input, 1).peekable();
    while let Some(first) = moments.next() {
        pace.wait(&first).await;
        let mut due = vec![first];
        let mut rows = parcel::size(&due[0]);
        while rows < MOST_ROWS
            && let Some(next) = moments.next_if(|next| pace.is_due(next))
        {
            rows += parcel::size(&next);
            due.push(next);
        }
        for (lane, parcel) in parcel::pack(&writer, &due, lanes.len()).into_iter().enumerate() {
            if !parcel.is_empty() && lanes[lane].send(parcel).await.is_err() {
                return;
            }
        }
    }
}

async fn work(
    receiver: Arc<Receiver>,
    lane: usize,
    mut parcels: mpsc::Receiver<Parcel>,
    told: mpsc::Sender<Told>,
) -> Result<(), ReplayError> {
    let mut sent = 0;
    while let Some(parcel) = parcels.recv().await {
        for request in parcel.into_requests(MOST_ROWS) {
            sent += 1;
            let answer = receiver.send(&request, &format!("{lane}-{sent}"), &told).await?;
            // Nobody listens any longer only when the whole is given up.
            let _ = told.send(Told::Answer(answer)).await;
        }
    }
    Ok(())
}
