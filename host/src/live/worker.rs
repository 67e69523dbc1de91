//! A thread that owns instances of all components, and takes in the rows of its symbols and traders.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{runtime::Handle, sync::oneshot};
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
    sift::{Sifted, sift},
    subjects::{Clocks, Subjects},
    warm::{self, Past},
};
use crate::{
    config::IngestConfig,
    decide::{
        desk::Arrivals,
        intake::{Intake, Taken},
    },
    detectors::{
        error::LoadError,
        manifest::{BAR_COLUMNS, FILL_COLUMNS},
        plugin::Plugin,
    },
    domain::{
        family::Family, ids::version_7, random::Random, rows::Bar as SeenBar, rows::Fill as SeenFill,
        rows::Signal as SeenSignal, time::Timestamp,
    },
    ingest::KnownColumns,
    pipeline::{Batch, Fed, PanelKey, Pipeline},
    store::{
        Store,
        error::StoreError,
        rows::{Rows, SkippedRow},
    },
};

/// Pasts that are read at once.
const READS: usize = 4;

/// How often a batch is written before it is given up.
const TRIES: u32 = 3;

/// Between two tries, doubled each time.
const PAUSE: Duration = Duration::from_millis(50);

/// How often figures are shown at most.
const SHOWN_EVERY: Duration = Duration::from_millis(250);

/// What a worker is told.
pub(crate) enum Message {
    /// Take in rows.
    Part(Part),
    /// Begin to take down what components are shown, and say what is known about symbols and traders.
    Prepare(oneshot::Sender<Prepared>),
    /// Begin to watch symbols.
    Watch(Vec<String>),
    /// Hand over what was taken down so far.
    Catch(oneshot::Sender<Vec<Shown>>),
    /// Go on with other components, which know everything but what was taken down since.
    Swap(Box<Replacement>),
    /// Stop taking down.
    GiveUp,
    /// End.
    Stop,
}

/// What a worker knows at one of its batch borders.
pub(crate) struct Prepared {
    pub(super) subjects: Subjects,
    /// Panels that are open.
    pub(super) pending: HashSet<PanelKey>,
}

/// What components were shown in one batch.
pub(crate) struct Shown {
    pub(super) bars: Vec<SeenBar>,
    pub(super) signals: Vec<SeenSignal>,
    pub(super) fills: Vec<SeenFill>,
    pub(super) closed: HashSet<PanelKey>,
}

impl Shown {
    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.bars.len() + self.signals.len() + self.fills.len()
    }

    /// Shows it to others.
    pub(crate) fn replay(&self, pipeline: &mut Pipeline) -> Fed {
        let batch = Batch { bars: &self.bars, signals: &self.signals, fills: &self.fills };
        pipeline.feed_and_close(&batch, |panel| self.closed.contains(panel))
    }
}

/// Other components, warm.
pub(crate) struct Replacement {
    pub(crate) pipeline: Pipeline,
    pub(crate) plugins: Vec<Arc<Plugin>>,
    /// Told how many rows the worker had taken in when it swapped.
    pub(crate) done: oneshot::Sender<u64>,
}

/// What a worker begins with.
pub(super) struct Setting {
    pub(super) index: usize,
    pub(super) plugins: Vec<Arc<Plugin>>,
    pub(super) config: IngestConfig,
    pub(super) clocks: Clocks,
    pub(super) store: Store,
    pub(super) intake: Intake,
    pub(super) claims: Claims,
    pub(super) clock: fn() -> Timestamp,
    pub(super) seed: u64,
    pub(super) runtime: Handle,
    pub(super) metrics: Metrics,
    pub(super) waiting: Arc<AtomicUsize>,
    pub(super) outlook: Arc<Mutex<Outlook>>,
}

pub(super) struct Worker {
    setting: Setting,
    pipeline: Pipeline,
    components: Components,
    subjects: Subjects,
    open: OpenAnomalies,
    random: Random,
    /// Since when panels are open, by the clock.
    pending: HashMap<PanelKey, i64>,
    taken_down: Option<Vec<Shown>>,
    rows: u64,
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
            pending: HashMap::new(),
            taken_down: None,
            rows: 0,
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
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let (mut parts, mut rows) = (Vec::new(), 0);
            while let Some(Message::Part(part)) = next {
                rows += part.rows();
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
        self.close_all();
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
                drop(answer.send(self.taken_down.as_mut().map(std::mem::take).unwrap_or_default()));
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
        for shown in self.taken_down.take().unwrap_or_default() {
            shown.replay(&mut pipeline);
        }
        pipeline.take_skipped();
        self.components = components(&plugins);
        self.setting.plugins = plugins;
        self.pipeline = pipeline;
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
        let incarnation = self.setting.claims.incarnation();
        if incarnation != self.incarnation {
            self.start_over();
            self.incarnation = incarnation;
        }
        let (mut parts, refused) = self.admit(parts).await;
        let taken = self.admitted(&mut parts).await;
        let number = parts.len();
        let mut answers = match taken {
            Ok(answers) => answers.into_iter().map(Ok).collect(),
            Err(error) => {
                self.setting.metrics.failed_batches.inc();
                tracing::error!("a batch of {number} requests is given up: {error}");
                self.start_over();
                (0..number).map(|_| Err(error.clone())).collect::<Vec<_>>()
            }
        };
        for (part, error) in refused {
            parts.push(part);
            answers.push(Err(error));
        }
        (parts, answers)
    }

    async fn admitted(&mut self, parts: &mut [Part]) -> Result<Vec<Ingested>, IngestError> {
        let policy = self.setting.config.late;
        let Sifted { fresh, late, mut answers } =
            sift(parts, &mut self.subjects, &self.pipeline, &self.setting.store, policy).await?;
        let began = Instant::now();
        let shown = self.show_rows(&fresh);
        let mut rows = fresh;
        rows.extend(&late);
        let number = rows.len();
        let (findings, skipped) = self.feed(shown);
        rows.skipped = skipped;
        let now = self.now();
        let arrivals = self.open.take(&findings, &self.subjects, &self.components, now);
        let arrivals = Arrivals { rows, fences: self.incarnation.into_iter().collect(), ..arrivals };
        let metrics = &self.setting.metrics;
        metrics.detect_seconds.observe(began.elapsed().as_secs_f64());
        for answer in &answers {
            metrics.accepted.inc_by(answer.accepted);
            metrics.duplicates.inc_by(answer.duplicates);
            metrics.late.inc_by(answer.late);
            metrics.rejected.inc_by(answer.problems.len() as u64);
        }
        if arrivals.rows.is_empty() && arrivals.opened.is_empty() && arrivals.later.is_empty() {
            return Ok(answers);
        }
        metrics.batch_rows.observe(number as f64);
        let taken = self.write(arrivals).await?;
        self.rows += number as u64;
        for answer in answers.iter_mut().filter(|answer| answer.accepted > 0) {
            answer.recorded.push(taken.recorded.clone());
            answer.blocks.extend((!taken.blocks.is_empty()).then(|| taken.blocks.clone()));
        }
        Ok(answers)
    }

    /// Writes a batch. The same output is tried again; nothing is reckoned twice.
    async fn write(&self, arrivals: Arrivals) -> Result<Taken, IngestError> {
        let began = Instant::now();
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.setting.intake.submit(arrivals.clone()).await {
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

    /// New rows as components see them.
    fn show_rows(&mut self, fresh: &Rows) -> Shown {
        let mut shown = Shown {
            bars: fresh.bars.iter().map(|row| self.subjects.bar(row)).collect(),
            signals: fresh.signals.iter().filter_map(|row| self.subjects.signal(row)).collect(),
            fills: fresh.trades.iter().map(|row| self.subjects.fill(row)).collect(),
            closed: HashSet::new(),
        };
        for signal in &shown.signals {
            self.subjects.heard(signal.symbol, signal.at);
        }
        shown.bars.sort_by_key(|bar| bar.known_at);
        shown.signals.sort_by_key(|signal| signal.at);
        shown.fills.sort_by_key(|fill| fill.at);
        shown
    }

    /// Shows rows to components, and closes the panels whose time has come.
    fn feed(&mut self, mut shown: Shown) -> (Vec<crate::domain::finding::Finding>, Vec<SkippedRow>) {
        let now = self.now();
        let due = now.0 - i64::from(self.setting.config.grace_milliseconds) * 1_000;
        let Self { pipeline, subjects, pending, .. } = self;
        let batch = Batch { bars: &shown.bars, signals: &shown.signals, fills: &shown.fills };
        let fed = pipeline.feed_and_close(&batch, |panel| {
            let symbol = subjects.watched.get(&panel.symbol);
            let is_over = symbol.is_none_or(|symbol| !symbol.has_signals || symbol.newest > panel.at);
            is_over || pending.get(panel).is_some_and(|since| *since <= due)
        });
        let still: HashSet<PanelKey> = pipeline.pending_panels().collect();
        pending.retain(|panel, _| still.contains(panel));
        for panel in still {
            pending.entry(panel).or_insert(now.0);
        }
        if let Some(taken_down) = &mut self.taken_down {
            shown.closed = fed.closed.iter().copied().collect();
            taken_down.push(shown);
        }
        let skipped = self.skipped(now);
        (fed.findings, skipped)
    }

    /// Rows that components could not take, for the record.
    fn skipped(&mut self, now: Timestamp) -> Vec<SkippedRow> {
        let skipped = self.pipeline.take_skipped();
        let record = |(plugin, row): (Arc<Plugin>, crate::detectors::supervisor::Skipped)| {
            let manifest = &plugin.manifest;
            let names = if manifest.family == Family::Behavior {
                &self.subjects.users
            } else {
                &self.subjects.symbols
            };
            SkippedRow {
                id: version_7(now.0, &mut self.random),
                detector: manifest.name.clone(),
                plugin_hash: plugin.hash.parse().ok(),
                family: manifest.family,
                subject: names.name(row.stream).to_owned(),
                at: Timestamp(row.at),
                reason: row.reason,
                recorded_at: now,
            }
        };
        skipped.into_iter().map(record).collect()
    }

    /// Makes sure that the past of all symbols and traders of these parts is known; parts that name one that cannot be
    /// had are given back.
    async fn admit(&mut self, parts: Vec<Part>) -> (Vec<Part>, Vec<(Part, IngestError)>) {
        let (mut admitted, mut refused) = (Vec::with_capacity(parts.len()), Vec::new());
        for part in parts {
            let symbols = part.bars.iter().map(|row| row.row.symbol.as_str());
            let symbols: HashSet<&str> = symbols
                .chain(part.signals.iter().map(|row| row.row.symbol.as_str()))
                .filter(|symbol| !self.subjects.watches(symbol))
                .collect();
            let traders: HashSet<&str> = part
                .trades
                .iter()
                .map(|row| row.row.user_id.as_str())
                .filter(|user| !self.subjects.watches_trader(user))
                .collect();
            let new = symbols.len() + traders.len();
            if new == 0 {
                admitted.push(part);
                continue;
            }
            let symbols: Vec<String> = symbols.into_iter().map(str::to_owned).collect();
            let traders: Vec<String> = traders.into_iter().map(str::to_owned).collect();
            match self.watch(symbols, traders).await {
                Ok(()) => admitted.push(part),
                Err(error) => refused.push((part, error)),
            }
        }
        (admitted, refused)
    }

    /// Begins to watch symbols and traders that are not watched yet.
    async fn watch(&mut self, mut symbols: Vec<String>, mut traders: Vec<String>) -> Result<(), IngestError> {
        let most = self.setting.config.subjects.get();
        if self.subjects.len() + symbols.len() + traders.len() > most {
            let subject = symbols.pop().or_else(|| traders.pop()).unwrap_or_default();
            return Err(IngestError::TooManySubjects { subject, most });
        }
        symbols.sort_unstable();
        traders.sort_unstable();
        self.setting.claims.take(&symbols, &traders).await?;
        let (bars, fills) = self.pipeline.memory();
        let store = self.setting.store.clone();
        let symbols: Vec<_> =
            symbols.into_iter().map(|name| (self.subjects.symbols.intern(&name), name)).collect();
        let traders: Vec<_> =
            traders.into_iter().map(|name| (self.subjects.users.intern(&name), name)).collect();
        let pasts: Vec<_> = stream::iter(symbols)
            .map(async |(id, name)| warm::symbol(&store, &name, id, bars).await.map(|past| (name, past)))
            .buffered(READS)
            .try_collect()
            .await?;
        for (name, past) in pasts {
            self.subjects.watch(&name);
            let seen = Past::of_symbol(&mut self.subjects, &past);
            self.remember(&name, &seen);
            past.open.into_iter().for_each(|before| self.open.resume(before));
        }
        let pasts: Vec<_> = stream::iter(traders)
            .map(async |(id, name)| warm::trader(&store, &name, id, fills).await.map(|past| (name, past)))
            .buffered(READS)
            .try_collect()
            .await?;
        for (name, past) in pasts {
            self.subjects.watch_trader(&name, &past.holds);
            let seen = Past::of_trader(&mut self.subjects, &past);
            seen.replay(&mut self.pipeline, |_| false);
            past.open.into_iter().for_each(|before| self.open.resume(before));
        }
        self.pipeline.take_skipped();
        Ok(())
    }

    /// Shows components a symbol's past. The newest panel of one that algorithms report about stays open: nobody knows
    /// whether it was judged.
    fn remember(&mut self, name: &str, past: &Past) {
        let newest =
            self.subjects.symbol(name).filter(|symbol| symbol.has_signals).map(|symbol| symbol.newest);
        let fed = past.replay(&mut self.pipeline, |panel| Some(panel.at) == newest);
        let now = self.now().0;
        for panel in self.pipeline.pending_panels().collect::<Vec<_>>() {
            self.pending.entry(panel).or_insert(now);
        }
        if let Some(taken_down) = &mut self.taken_down {
            let closed = fed.iter().flat_map(|fed| fed.closed.iter().copied()).collect();
            taken_down.push(Shown {
                bars: past.bars.clone(),
                signals: past.signals.clone(),
                fills: past.fills.clone(),
                closed,
            });
        }
    }

    /// Judges what is open: the host ends.
    fn close_all(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.pending.values_mut().for_each(|since| *since = i64::MIN);
        let runtime = self.setting.runtime.clone();
        if let Err(error) = runtime.block_on(self.admitted(&mut [])) {
            tracing::error!("panels that were open are judged after the next start: {error}");
        }
    }

    /// Forgets everything; what is needed is read from the store again.
    fn start_over(&mut self) {
        match start(&self.setting.plugins) {
            Ok(pipeline) => self.pipeline = pipeline,
            Err(error) => tracing::error!("components cannot be started again: {error}"),
        }
        self.subjects = Subjects::new(self.setting.clocks.clone());
        self.open = OpenAnomalies::new(Random::new(self.random.below(usize::MAX) as u64, "anomalies"));
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
