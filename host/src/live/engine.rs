//! Where rows are handed in.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash as _, Hasher as _},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::SyncSender,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use futures::future::join_all;
use tokio::{runtime::Handle, sync::oneshot};

use super::{
    answer::{Ingested, Kind, Problem},
    check,
    claims::Claims,
    error::IngestError,
    figures::{Outlook, PluginFigures},
    metrics::Metrics,
    part::{Numbered, Part, Share},
    subjects::Clocks,
    worker::{Message, Setting, Worker},
};
use crate::{
    config::IngestConfig,
    decide::intake::{Intake, Lane},
    detectors::plugin::Plugin,
    domain::time::{HOUR, Timestamp},
    store::{
        Store,
        rows::{self, Bar, Rows, Signal, Trade},
    },
    vital::Vital,
};

/// Most messages that wait for a worker; far more than requests, which rows bound.
const MESSAGES: usize = 65_536;

/// Symbols whose newest signal is no older than this compared to the newest of all may have open panels, microseconds.
const SPAN: i64 = HOUR;

/// Most symbols that are watched before their next row comes.
const MOST_RESUMED: i64 = 1_000;

/// What an engine begins with.
pub struct Start {
    /// Components.
    pub plugins: Vec<Arc<Plugin>>,
    /// Settings.
    pub config: IngestConfig,
    /// First pause before a component that was left out gets another try.
    pub retry: Duration,
    /// Where rows are kept.
    pub store: Store,
    /// Where what they come to is written.
    pub intake: Intake,
    /// Which symbols and traders are this host's.
    pub claims: Claims,
    /// The machine's clock, or a test's.
    pub clock: fn() -> Timestamp,
    /// Makes ids.
    pub seed: u64,
    /// What the workers are threads of.
    pub vital: Vital,
}

/// Where rows are handed in. Clones share it.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    workers: Vec<SyncSender<Message>>,
    lanes: Vec<Lane>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    waiting: Arc<AtomicUsize>,
    is_stopping: Arc<AtomicBool>,
    config: IngestConfig,
    metrics: Metrics,
    outlooks: Vec<Arc<Mutex<Outlook>>>,
    clock: fn() -> Timestamp,
}

impl Engine {
    /// Starts the workers.
    ///
    /// # Errors
    ///
    /// If components or threads cannot be started, or settings name a time zone or calendar that there is not.
    pub fn start(start: Start) -> anyhow::Result<Self> {
        let clocks = Clocks::of(&start.config)?;
        let number = start.config.workers.map_or_else(
            || thread::available_parallelism().map_or(1, std::num::NonZero::get),
            std::num::NonZero::get,
        );
        let (waiting, metrics) = (Arc::new(AtomicUsize::new(0)), Metrics::default());
        let is_stopping = Arc::new(AtomicBool::new(false));
        let (mut workers, mut lanes, mut threads, mut outlooks) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for index in 0..number {
            let (sender, messages) = std::sync::mpsc::sync_channel(MESSAGES);
            let outlook = Arc::new(Mutex::new(Outlook::default()));
            let lane = start.intake.lane();
            let setting = Setting {
                index,
                plugins: start.plugins.clone(),
                config: start.config.clone(),
                retry: start.retry,
                clocks: clocks.clone(),
                store: start.store.clone(),
                lane: lane.clone(),
                claims: start.claims.clone(),
                clock: start.clock,
                seed: start.seed,
                runtime: Handle::current(),
                metrics: metrics.clone(),
                waiting: Arc::clone(&waiting),
                is_stopping: Arc::clone(&is_stopping),
                outlook: Arc::clone(&outlook),
            };
            let worker = Worker::new(setting)?;
            let name = format!("ingest-{index}");
            threads.push(start.vital.spawn(&name, move || worker.run(&messages))?);
            workers.push(sender);
            lanes.push(lane);
            outlooks.push(outlook);
        }
        Ok(Self(Arc::new(Shared {
            workers,
            lanes,
            threads: Mutex::new(threads),
            waiting,
            is_stopping,
            config: start.config,
            metrics,
            outlooks,
            clock: start.clock,
        })))
    }

    /// Begins to watch symbols whose panels may have been open when the host ended.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn resume(&self, store: &Store) -> Result<(), IngestError> {
        let lately = rows::signalled_lately(store, SPAN, MOST_RESUMED).await?;
        for (index, worker) in self.0.workers.iter().enumerate() {
            let own = lately.iter().filter(|symbol| self.worker(symbol) == index).cloned().collect();
            if worker.try_send(Message::Watch(own)).is_err() {
                return Err(IngestError::Stopping);
            }
        }
        Ok(())
    }

    /// Hands in rows, and answers when they and all that they come to are committed. `request` names the rows' request,
    /// and is the same when it is sent again: it tells fills without a fill id from those of another request.
    ///
    /// # Errors
    ///
    /// [`IngestError`]; some of the rows may be committed then.
    pub async fn ingest(&self, rows: Rows, request: &str) -> Result<Ingested, IngestError> {
        let number = rows.len();
        check::days(&rows)?;
        self.admit(number)?;
        let (shares, mut ingested) = self.split(rows, request);
        let refused = ingested.problems.len();
        self.0.metrics.rejected.inc_by(refused as u64);
        self.0.waiting.fetch_sub(refused.min(number), Ordering::Relaxed);
        let (mut parts, mut answers) = (Vec::new(), Vec::new());
        // All are announced before the first one is worked on.
        for ((worker, lane), share) in self.0.workers.iter().zip(&self.0.lanes).zip(shares) {
            if share.rows() > 0 {
                let (answer, answered) = oneshot::channel();
                let (span, announced) = (tracing::Span::current(), lane.announce());
                parts.push((worker, Part { share, span, announced, answer }));
                answers.push(answered);
            }
        }
        let mut unsent = number.saturating_sub(refused);
        for (worker, part) in parts {
            let rows = part.share.rows();
            if worker.try_send(Message::Part(part)).is_err() {
                self.0.waiting.fetch_sub(unsent, Ordering::Relaxed);
                return Err(IngestError::Stopping);
            }
            unsent -= rows;
        }
        for answer in join_all(answers).await {
            ingested.add(answer.unwrap_or(Err(IngestError::Stopping))?);
        }
        ingested.problems.sort_by_key(|problem| (problem.kind, problem.row));
        Ok(ingested)
    }

    /// Takes in nothing more, finishes what waits, and ends the workers.
    pub async fn stop(&self) {
        self.0.is_stopping.store(true, Ordering::SeqCst);
        let workers = self.0.workers.clone();
        let threads = std::mem::take(&mut *self.0.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let joined = tokio::task::spawn_blocking(move || {
            for worker in workers {
                // A worker that is gone needs no telling.
                drop(worker.send(Message::Stop));
            }
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a worker panicked");
                }
            }
        });
        if joined.await.is_err() {
            tracing::error!("the workers' end was not seen");
        }
    }

    /// Figures about what comes in.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Figures about each component, over all workers, a quarter of a second old at most.
    pub fn plugins(&self) -> Vec<PluginFigures> {
        let mut all: Vec<PluginFigures> = Vec::new();
        for outlook in &self.0.outlooks {
            let outlook = outlook.lock().unwrap_or_else(PoisonError::into_inner);
            for figures in &outlook.plugins {
                match all.iter_mut().find(|known| known.name == figures.name) {
                    Some(known) => known.add(figures),
                    None => all.push(figures.clone()),
                }
            }
        }
        all
    }

    /// Symbols and traders that are watched.
    pub fn subjects(&self) -> usize {
        let watched =
            |outlook: &Arc<Mutex<Outlook>>| outlook.lock().unwrap_or_else(PoisonError::into_inner).subjects;
        self.0.outlooks.iter().map(watched).sum()
    }

    pub(crate) fn workers(&self) -> &[SyncSender<Message>] {
        &self.0.workers
    }

    fn admit(&self, rows: usize) -> Result<(), IngestError> {
        let (most, of_one) = (self.0.config.waiting_rows.get(), self.0.config.request_rows.get());
        if self.0.is_stopping.load(Ordering::SeqCst) {
            return Err(IngestError::Stopping);
        }
        if rows > of_one {
            return Err(IngestError::TooManyRows { rows, most: of_one });
        }
        let room = self.0.waiting.try_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
            (waiting == 0 || waiting + rows <= most).then_some(waiting + rows)
        });
        room.map(|_| ()).map_err(|waiting| {
            self.0.metrics.refused.inc();
            IngestError::Overloaded { waiting, most }
        })
    }

    /// What each worker takes in, and the problems of rows that nobody can take.
    fn split(&self, rows: Rows, request: &str) -> (Vec<Share>, Ingested) {
        let mut shares: Vec<Share> = self.0.workers.iter().map(|_| Share::default()).collect();
        let mut ingested = Ingested::default();
        let now = (self.0.clock)();
        let Rows { bars, signals, trades, .. } = rows;
        let mut refuse = |kind, row, reason| ingested.problems.push(Problem { kind, row, reason });
        for (place, row) in (0..).zip(bars) {
            match check::bar(&row, now) {
                Ok(()) => shares[self.worker(&row.symbol)].bars.push(Numbered { place, row }),
                Err(reason) => refuse(Kind::Bars, place, reason),
            }
        }
        for (place, row) in (0..).zip(signals) {
            match check::signal(&row, now) {
                Ok(()) => shares[self.worker(&row.symbol)].signals.push(Numbered { place, row }),
                Err(reason) => refuse(Kind::Signals, place, reason),
            }
        }
        for (place, mut row) in (0..).zip(trades) {
            match check::trade(&row, now) {
                Ok(()) => {
                    row.fill_id.get_or_insert_with(|| format!("{request}#{place}"));
                    shares[self.worker(&row.user_id)].trades.push(Numbered { place, row });
                }
                Err(reason) => refuse(Kind::Trades, place, reason),
            }
        }
        (shares, ingested)
    }

    fn worker(&self, subject: &str) -> usize {
        share_of(subject, self.0.workers.len())
    }
}

/// Which of so many workers takes in what is about a symbol or trader.
pub(super) fn share_of(subject: &str, workers: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    subject.hash(&mut hasher);
    (hasher.finish() % workers.max(1) as u64) as usize
}

impl From<Vec<Bar>> for Rows {
    fn from(bars: Vec<Bar>) -> Self {
        Self { bars, ..Self::default() }
    }
}

impl From<Vec<Signal>> for Rows {
    fn from(signals: Vec<Signal>) -> Self {
        Self { signals, ..Self::default() }
    }
}

impl From<Vec<Trade>> for Rows {
    fn from(trades: Vec<Trade>) -> Self {
        Self { trades, ..Self::default() }
    }
}
