//! A thread that owns instances of all components, and takes in the rows of its symbols and traders.

mod feed;
mod message;
mod watch;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use tokio::runtime::Handle;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{
    Claims,
    answer::Ingested,
    error::IngestError,
    figures::Outlook,
    metrics::Metrics,
    openings::{Components, OpenAnomalies, Origin},
    part::{Part, Share},
    revivals::Revivals,
    sift::{Sifted, sift},
    subjects::{Clocks, Subjects},
};
use crate::{
    config::IngestConfig,
    decide::{
        desk::Arrivals,
        intake::{Announced, Intake, Taken},
    },
    detectors::{
        error::LoadError,
        manifest::{BAR_COLUMNS, FILL_COLUMNS},
        plugin::Plugin,
    },
    domain::{random::Random, time::Timestamp},
    ingest::KnownColumns,
    pipeline::{PanelKey, Pipeline},
    store::{Store, error::StoreError},
};

pub(crate) use message::{Message, Prepared, Replacement, Shown};

/// How often a batch is written before it is given up.
const TRIES: u32 = 3;

/// Between two tries, doubled each time.
const PAUSE: Duration = Duration::from_millis(50);

/// How often figures are shown at most.
const SHOWN_EVERY: Duration = Duration::from_millis(250);

/// What a worker begins with.
pub(super) struct Setting {
    pub(super) index: usize,
    pub(super) plugins: Vec<Arc<Plugin>>,
    pub(super) config: IngestConfig,
    /// First pause before a component that was left out gets another try.
    pub(super) retry: Duration,
    pub(super) clocks: Clocks,
    pub(super) store: Store,
    pub(super) intake: Intake,
    pub(super) claims: Claims,
    pub(super) clock: fn() -> Timestamp,
    pub(super) seed: u64,
    pub(super) runtime: Handle,
    pub(super) metrics: Metrics,
    pub(super) waiting: Arc<AtomicUsize>,
    pub(super) is_stopping: Arc<AtomicBool>,
    pub(super) outlook: Arc<Mutex<Outlook>>,
}

pub(super) struct Worker {
    setting: Setting,
    pipeline: Pipeline,
    components: Components,
    subjects: Subjects,
    open: OpenAnomalies,
    revivals: Revivals,
    random: Random,
    /// Since when panels are open, by the clock.
    pending: HashMap<PanelKey, i64>,
    taken_down: Option<Vec<Shown>>,
    rows: u64,
    /// How often everything was forgotten.
    starts: u64,
    /// Why components could not be started again.
    broken: Option<IngestError>,
    /// The last batch could not be written.
    is_failing: bool,
    shown_at: Instant,
    /// The start of the host by which symbols and traders are this worker's.
    incarnation: Option<Uuid>,
}

impl Worker {
    pub(super) fn new(setting: Setting) -> Result<Self, LoadError> {
        let pipeline = start(&setting.plugins)?;
        let random = Random::new(setting.seed, &format!("worker {}", setting.index));
        Ok(Self {
            components: components(&setting.plugins),
            subjects: Subjects::new(setting.clocks.clone()),
            open: OpenAnomalies::new(Random::new(setting.seed, &format!("anomalies {}", setting.index))),
            revivals: Revivals::default(),
            pending: HashMap::new(),
            taken_down: None,
            rows: 0,
            starts: 0,
            broken: None,
            is_failing: false,
            shown_at: Instant::now(),
            incarnation: setting.claims.incarnation(),
            pipeline,
            random,
            setting,
        })
    }

    /// Works until it is told to stop.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        // Components run side by side in a backtest; here other workers use the other processors.
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        if let Err(error) = alone {
            tracing::warn!("a worker shares its components' threads: {error}");
        }
        self.show();
        loop {
            let first = match self.grace() {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => messages.recv_timeout(wait),
            };
            let mut next = match first {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                // Nobody is left to answer to: as after a crash, what is open is judged after the next start.
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let (mut parts, mut rows) = (Vec::new(), 0);
            while let Some(Message::Part(part)) = next {
                rows += part.share.rows();
                parts.push(part);
                next =
                    if rows < self.setting.config.batch_rows.get() { messages.try_recv().ok() } else { None };
            }
            self.take_in(parts, rows);
            match next {
                Some(Message::Stop) => break,
                Some(message) => self.obey(message),
                None => {}
            }
        }
        if !self.pending.is_empty() {
            let runtime = self.setting.runtime.clone();
            if let Err(error) = runtime.block_on(self.judge_all()) {
                tracing::error!("panels that were open are judged after the next start: {error}");
            }
        }
        self.show();
    }

    fn obey(&mut self, message: Message) {
        // Whoever asked may be gone.
        match message {
            Message::Prepare(answer) => {
                self.taken_down = Some(Vec::new());
                drop(answer.send(Prepared {
                    subjects: self.subjects.clone(),
                    pending: self.pipeline.pending_panels().collect(),
                }));
            }
            Message::Catch(answer) => {
                if let Some(taken_down) = &mut self.taken_down {
                    drop(answer.send(std::mem::take(taken_down)));
                }
            }
            Message::Watch(symbols) => {
                let runtime = self.setting.runtime.clone();
                if let Err(error) = runtime.block_on(self.watch(symbols, Vec::new())) {
                    tracing::warn!("symbols are not watched before their next row: {error}");
                }
            }
            Message::GiveUp => self.taken_down = None,
            Message::Swap(replacement) => self.swap(*replacement),
            Message::Part(_) | Message::Stop => {}
        }
    }

    fn swap(&mut self, replacement: Replacement) {
        let Replacement { mut pipeline, plugins, done } = replacement;
        self.components = components(&plugins);
        self.setting.plugins = plugins;
        match self.taken_down.take() {
            Some(taken_down) => {
                for shown in &taken_down {
                    shown.replay(&mut pipeline);
                }
                pipeline.take_skipped();
                self.pipeline = pipeline;
                self.revivals = Revivals::default();
            }
            // What they were warmed with is not what this worker knows any more.
            None => self.start_over(),
        }
        self.show();
        let _ = done.send(self.rows);
    }

    /// How long to wait for more until a panel is to be closed.
    fn grace(&self) -> Option<Duration> {
        let oldest = self.pending.values().min()?;
        let grace = i64::from(self.setting.config.grace_milliseconds) * 1_000;
        let wait = oldest.saturating_add(grace) - self.now().0;
        Some(Duration::from_micros(wait.max(0).unsigned_abs()))
    }

    fn now(&self) -> Timestamp {
        (self.setting.clock)()
    }

    /// Takes in parts as one batch.
    fn take_in(&mut self, parts: Vec<Part>, rows: usize) {
        if parts.is_empty() && self.pending.is_empty() {
            return;
        }
        let runtime = self.setting.runtime.clone();
        let span = batch_span(&parts, rows);
        let (parts, answers) = runtime.block_on(self.batch(parts).instrument(span));
        self.setting.waiting.fetch_sub(rows, Ordering::Relaxed);
        for (part, answer) in parts.into_iter().zip(answers) {
            part.reply(answer);
        }
        if self.shown_at.elapsed() >= SHOWN_EVERY {
            self.show();
        }
    }

    async fn batch(&mut self, parts: Vec<Part>) -> (Vec<Part>, Vec<Result<Ingested, IngestError>>) {
        self.subjects.now = self.now().0;
        let incarnation = self.setting.claims.incarnation();
        if incarnation != self.incarnation || self.broken.is_some() {
            self.start_over();
            self.incarnation = incarnation;
        }
        if let Some(error) = self.obstacle() {
            let answers = parts.iter().map(|_| Err(error.clone())).collect();
            return (parts, answers);
        }
        let starts = self.starts;
        let (mut parts, mut refused) = self.admit(parts).await;
        if self.starts != starts {
            // To make room for one of them, what the others are about was forgotten.
            let (again, too) = self.admit(parts).await;
            parts = again;
            refused.extend(too);
        }
        let mut answers = self.admitted(parts.iter().map(|part| part.share.clone()).collect()).await;
        for (part, error) in refused {
            parts.push(part);
            answers.push(Err(error));
        }
        (parts, answers)
    }

    /// Why nothing can be taken in at the moment.
    fn obstacle(&self) -> Option<IngestError> {
        let is_hopeless = self.is_failing && self.setting.is_stopping.load(Ordering::Relaxed);
        self.broken.clone().or_else(|| is_hopeless.then_some(IngestError::Stopping))
    }

    /// Takes in shares as one batch; where that fails because of what is in one of them, each by itself.
    async fn admitted(&mut self, shares: Vec<Share>) -> Vec<Result<Ingested, IngestError>> {
        let error = match self.commit(&shares).await {
            Ok(answers) => return answers.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        self.give_up(shares.len(), &error);
        if shares.len() == 1 || !error.is_about_rows() {
            return shares.iter().map(|_| Err(error.clone())).collect();
        }
        let mut answers = Vec::with_capacity(shares.len());
        for share in shares {
            answers.push(self.alone(share).await);
        }
        answers
    }

    async fn alone(&mut self, share: Share) -> Result<Ingested, IngestError> {
        self.know(&share).await?;
        match self.commit(&[share]).await {
            Ok(mut answers) => Ok(answers.pop().unwrap_or_default()),
            Err(error) => {
                self.give_up(1, &error);
                Err(error)
            }
        }
    }

    fn give_up(&mut self, requests: usize, error: &IngestError) {
        self.setting.metrics.failed_batches.inc();
        tracing::error!("a batch of {requests} requests is given up: {error}");
        self.is_failing = true;
        self.start_over();
    }

    /// Shows shares to components, and writes them and what they come to.
    async fn commit(&mut self, shares: &[Share]) -> Result<Vec<Ingested>, IngestError> {
        let policy = self.setting.config.late;
        let Sifted { fresh, late, mut answers } =
            sift(shares.to_vec(), &mut self.subjects, &self.pipeline, &self.setting.store, policy).await?;
        let (began, announced) = (Instant::now(), self.setting.intake.announce());
        let shown = self.show_rows(&fresh);
        let mut rows = fresh;
        rows.extend(&late);
        let number = rows.len();
        let (findings, skipped) = self.feed(shown);
        rows.skipped = skipped;
        let now = self.now();
        let (arrivals, origins) = self.open.take(&findings, &self.subjects, &self.components, now);
        let arrivals = Arrivals { rows, fences: self.incarnation.into_iter().collect(), ..arrivals };
        let metrics = &self.setting.metrics;
        metrics.detect_seconds.observe(began.elapsed().as_secs_f64());
        if !arrivals.rows.is_empty() || !arrivals.opened.is_empty() || !arrivals.later.is_empty() {
            metrics.batch_rows.observe(number as f64);
            let taken = self.write(arrivals, announced).await?;
            self.rows += number as u64;
            tell(&mut answers, shares, &origins, &taken);
        }
        self.is_failing = false;
        self.count(&answers);
        Ok(answers)
    }

    fn count(&self, answers: &[Ingested]) {
        let metrics = &self.setting.metrics;
        for answer in answers {
            metrics.accepted.inc_by(answer.accepted);
            metrics.duplicates.inc_by(answer.duplicates);
            metrics.late.inc_by(answer.late);
            metrics.rejected.inc_by(answer.problems.len() as u64);
        }
    }

    /// Writes a batch. The same output is tried again; nothing is reckoned twice.
    async fn write(&self, arrivals: Arrivals, announced: Announced) -> Result<Taken, IngestError> {
        let began = Instant::now();
        let mut pause = PAUSE;
        let mut first = Some(announced);
        for _ in 1..TRIES {
            let submitted = self.setting.intake.submit(arrivals.clone());
            drop(first.take());
            match submitted.await {
                Ok(taken) => {
                    self.setting.metrics.commit_seconds.observe(began.elapsed().as_secs_f64());
                    return Ok(taken);
                }
                Err(error @ (StoreError::Lease(_) | StoreError::Uncertain(_))) => return Err(error.into()),
                Err(error) => tracing::warn!("a batch is not written, and tried again: {error}"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let taken = self.setting.intake.submit(arrivals).await?;
        self.setting.metrics.commit_seconds.observe(began.elapsed().as_secs_f64());
        Ok(taken)
    }

    /// Judges what is open.
    async fn judge_all(&mut self) -> Result<(), IngestError> {
        self.pending.values_mut().for_each(|since| *since = i64::MIN);
        self.commit(&[]).await.map(|_| ())
    }

    /// Forgets everything; what is needed is read from the store again.
    fn start_over(&mut self) {
        self.starts += 1;
        self.broken = match start(&self.setting.plugins) {
            Ok(pipeline) => {
                self.pipeline = pipeline;
                None
            }
            Err(error) => {
                tracing::error!("components cannot be started again: {error}");
                Some(error.into())
            }
        };
        self.subjects = Subjects::new(self.setting.clocks.clone());
        self.subjects.now = self.now().0;
        self.open = OpenAnomalies::new(Random::new(self.random.below(usize::MAX) as u64, "anomalies"));
        self.revivals = Revivals::default();
        self.pending.clear();
        self.taken_down = None;
    }

    fn show(&mut self) {
        let outlook = Outlook::of(&self.pipeline, self.subjects.len());
        *self.setting.outlook.lock().unwrap_or_else(PoisonError::into_inner) = outlook;
        self.setting.metrics.waiting.set(self.setting.waiting.load(Ordering::Relaxed) as i64);
        self.shown_at = Instant::now();
    }
}

/// Adds to each answer what its own rows came to. What rows of an earlier batch came to, such as a panel that is closed
/// now, is told to the first who says more about the same.
fn tell(answers: &mut [Ingested], shares: &[Share], origins: &[Origin], taken: &Taken) {
    let mut own: Vec<HashSet<Uuid>> = vec![HashSet::new(); shares.len()];
    for origin in origins {
        let of_row = shares.iter().position(|share| origin.is_among(share));
        let place = of_row.or_else(|| shares.iter().position(|share| origin.is_about(share)));
        if let Some(place) = place {
            own[place].insert(origin.anomaly);
        }
    }
    for (answer, own) in answers.iter_mut().zip(own).filter(|(answer, _)| answer.accepted > 0) {
        answer.recorded.push(taken.recorded.about(&own));
        answer.blocks.extend((!taken.blocks.is_empty()).then(|| taken.blocks.clone()));
    }
}

/// A part of the first request's trace, to which the others point.
fn batch_span(parts: &[Part], rows: usize) -> tracing::Span {
    let Some(first) = parts.first() else { return tracing::info_span!("ingest.batch", rows) };
    let span = tracing::info_span!(parent: &first.span, "ingest.batch", requests = parts.len(), rows);
    for other in &parts[1..] {
        span.follows_from(&other.span);
    }
    span
}

/// Components that may read any column: which ones rows have is not known before they come.
pub(super) fn start(plugins: &[Arc<Plugin>]) -> Result<Pipeline, LoadError> {
    let all = KnownColumns { market: BAR_COLUMNS.into(), fills: FILL_COLUMNS.into() };
    Pipeline::start(plugins, &all)
}

fn components(plugins: &[Arc<Plugin>]) -> Components {
    let component = |plugin: &Arc<Plugin>| {
        (plugin.manifest.name.clone(), (plugin.hash.parse().ok(), plugin.manifest.version.clone()))
    };
    plugins.iter().map(component).collect()
}
