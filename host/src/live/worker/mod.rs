//! A thread that owns instances of all components, and takes in the rows of its symbols and traders.

mod commit;
mod feed;
mod message;
mod watch;

use std::{
    collections::HashMap,
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
    openings::{Components, OpenAnomalies},
    part::Part,
    revivals::Revivals,
    subjects::{Clocks, Subjects},
    warming::recall,
};
use crate::{
    config::IngestConfig,
    decide::intake::Lane,
    detectors::{
        error::LoadError,
        manifest::{BAR_COLUMNS, FILL_COLUMNS, WarmUp},
        plugin::Plugin,
    },
    domain::{random::Random, time::Timestamp},
    ingest::KnownColumns,
    pipeline::{PanelKey, Pipeline},
    store::Store,
};

pub(crate) use message::{Message, Prepared, Replacement, Shown};

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
    pub(super) lane: Lane,
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
    /// History of bars and of fills that components need for which it is taken down.
    needed: (WarmUp, WarmUp),
    rows: u64,
    /// How often everything was forgotten.
    starts: u64,
    /// Why components could not be started again.
    broken: Option<IngestError>,
    /// The last batch could not be written.
    is_failing: bool,
    shown_at: Instant,
    /// Whether figures that are shown are those of the last batch.
    is_shown: bool,
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
            needed: Default::default(),
            rows: 0,
            starts: 0,
            broken: None,
            is_failing: false,
            shown_at: Instant::now(),
            is_shown: false,
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
            let first = match self.pause() {
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
            Message::Prepare(memory, answer) => {
                (self.taken_down, self.needed) = (Some(Vec::new()), memory);
                drop(answer.send(Prepared {
                    subjects: self.subjects.clone(),
                    memory: self.pipeline.memory(),
                    next: self.pipeline.next(),
                    pending: self.pipeline.pending_panels().collect(),
                }));
            }
            Message::Catch(answer) => {
                if let Some(taken_down) = &mut self.taken_down {
                    drop(answer.send(std::mem::take(taken_down)));
                }
            }
            Message::Recall(asked, answer) => {
                if self.taken_down.is_some() {
                    drop(answer.send(recall(&asked, &self.pipeline)));
                }
            }
            Message::Watch(symbols) => {
                let runtime = self.setting.runtime.clone();
                if let Err(error) = runtime.block_on(self.watch(symbols, Vec::new())) {
                    tracing::warn!("symbols are not watched before their next row: {error}");
                }
            }
            Message::GiveUp => (self.taken_down, self.needed) = Default::default(),
            Message::Swap(replacement) => self.swap(*replacement),
            Message::Part(_) | Message::Stop => {}
        }
    }

    fn swap(&mut self, replacement: Replacement) {
        self.needed = Default::default();
        let Replacement { mut warm, plugins, done } = replacement;
        self.components = components(&plugins);
        self.setting.plugins = plugins;
        match self.taken_down.take() {
            Some(taken_down) => {
                for shown in &taken_down {
                    shown.replay(&mut warm);
                }
                self.pipeline.take_over(warm, &self.setting.plugins);
                self.revivals = Revivals::default();
            }
            // What they were warmed with is not what this worker knows any more.
            None => self.start_over(),
        }
        self.show();
        let _ = done.send(self.rows);
    }

    /// How long to wait for more until something is to be done without it.
    fn pause(&self) -> Option<Duration> {
        let figures = (!self.is_shown).then(|| SHOWN_EVERY.saturating_sub(self.shown_at.elapsed()));
        figures.into_iter().chain(self.grace()).min()
    }

    /// How long until a panel is to be closed.
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
            self.show_in_time();
            return;
        }
        let runtime = self.setting.runtime.clone();
        let span = batch_span(&parts, rows);
        let (parts, answers) = runtime.block_on(self.batch(parts).instrument(span));
        self.setting.waiting.fetch_sub(rows, Ordering::Relaxed);
        for (part, answer) in parts.into_iter().zip(answers) {
            part.reply(answer);
        }
        self.is_shown = false;
        self.show_in_time();
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
        (self.taken_down, self.needed) = Default::default();
    }

    /// Shows figures, unless that was a moment ago.
    fn show_in_time(&mut self) {
        if !self.is_shown && self.shown_at.elapsed() >= SHOWN_EVERY {
            self.show();
        }
    }

    fn show(&mut self) {
        let outlook = Outlook::of(&self.pipeline, self.subjects.len());
        *self.setting.outlook.lock().unwrap_or_else(PoisonError::into_inner) = outlook;
        self.setting.metrics.waiting.set(self.setting.waiting.load(Ordering::Relaxed) as i64);
        (self.shown_at, self.is_shown) = (Instant::now(), true);
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
