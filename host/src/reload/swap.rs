//! Warms other components beside the running ones, compares the two, and puts them in their place.

use std::{
    collections::BTreeSet,
    sync::{Arc, mpsc::SyncSender},
};

use rayon::ThreadPool;
use tokio::{runtime::Handle, sync::oneshot, task::block_in_place};

use super::{
    ReloadError, Stage, aside,
    code::off_the_path,
    difference::Difference,
    pasts::{Known, Pasts, Wanted},
};
use crate::{
    detectors::{folder::PluginSet, plugin::Plugin, supervisor::Health},
    domain::{
        finding::Finding,
        time::{DAY, to_rfc3339},
    },
    live::{IngestError, Message, Replacement, Shown, Warming},
    pipeline::Pipeline,
};

/// Rows that a worker shows to new components itself when it takes them over: this takes a fraction of a batch's time.
const LAST_ROWS: usize = 512;

/// How often new components are brought up to date before the rest is left to the worker.
const ROUNDS: usize = 20;

/// Symbols and traders of one worker about which old and new components are compared.
const COMPARED: usize = 8;

/// How far back they are compared, microseconds: a session.
const WINDOW: i64 = DAY;

/// How far back rows are shown for that, so that both know what came before.
const SHOWN: i64 = 2 * WINDOW;

/// Findings that a comparison shows.
const SAMPLES: usize = 20;

/// What a swap came to.
#[derive(Clone, Default)]
pub struct Swapped {
    /// What ran until then; `None` if it runs on.
    pub before: Option<Arc<PluginSet>>,
    /// Rows that each worker had taken in when it swapped.
    pub positions: Vec<u64>,
    /// How the new ones differ.
    pub compared: Compared,
    /// Number of the block that says so; none where the ledger names these components already.
    pub block: Option<u64>,
}

/// How two sets of components differ on rows that are on record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Rows that both were shown.
    pub rows: u64,
    /// Findings of both.
    pub same: u64,
    /// Findings of the old ones alone.
    pub only_before: u64,
    /// Findings of the new ones alone.
    pub only_after: u64,
    /// Some of these: `+` or `-`, time, subject, detector and kind.
    pub samples: Vec<String>,
}

/// Workers that take down what they show, until this is dropped.
struct Recording<'a>(&'a [SyncSender<Message>]);

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        for worker in self.0 {
            // One that has swapped has nothing to give up, and one that is gone needs no telling.
            drop(worker.try_send(Message::GiveUp));
        }
    }
}

/// Puts `new` in the place of `old` at every worker; what both have runs on as it is.
pub(super) async fn swap(
    stage: &Stage<'_>,
    old: &[Arc<Plugin>],
    new: &[Arc<Plugin>],
) -> Result<Swapped, ReloadError> {
    let recording = Recording(stage.engine.workers());
    let difference = Difference::between(old, new, &stage.engine.plugins());
    let mut ready = Vec::new();
    let compared = prepare(stage, &difference, old, &mut ready).await?;
    let mut positions = Vec::new();
    for (worker, warm) in recording.0.iter().zip(ready) {
        let (done, swapped) = oneshot::channel();
        let replacement = Box::new(Replacement { warm, plugins: new.to_vec(), done });
        // From the first one on there is no way back, so a full queue is waited for.
        let told = block_in_place(|| worker.send(Message::Swap(replacement)));
        told.map_err(|_| IngestError::Stopping)?;
        positions.push(swapped.await.map_err(|_| IngestError::Stopping)?);
    }
    Ok(Swapped { before: None, positions, compared, block: None })
}

/// Warms a pipeline for each worker.
async fn prepare(
    stage: &Stage<'_>,
    difference: &Difference,
    old: &[Arc<Plugin>],
    ready: &mut Vec<Pipeline>,
) -> Result<Compared, ReloadError> {
    let aside = Arc::new(aside::pool()?);
    let mut compared = Compared::default();
    for worker in stage.engine.workers() {
        let (answer, prepared) = oneshot::channel();
        tell(worker, Message::Prepare(difference.memory(), answer))?;
        let prepared = prepared.await.map_err(|_| ReloadError::Interrupted)?;
        let (store, runtime) = (stage.journal.store().clone(), Handle::current());
        let (difference, pool) = (difference.clone(), Arc::clone(&aside));
        let is_on_record = difference.is_about_algorithms();
        let known = Known { store, runtime, worker: worker.clone(), prepared, is_on_record };
        let warm = move || pool.install(|| warm(&known, &difference));
        let warmed = off_the_path(warm).await?;
        compared.add(warmed.compared);
        ready.push(warmed.pipeline);
        // Those that wait for the others do not fall behind.
        for (worker, pipeline) in stage.engine.workers().iter().zip(ready.iter_mut()) {
            catch_up(worker, pipeline, &aside).await?;
        }
    }
    ready.iter().try_for_each(|pipeline| check(pipeline, old))?;
    Ok(compared)
}

struct Warmed {
    pipeline: Pipeline,
    compared: Compared,
}

fn warm(known: &Known, difference: &Difference) -> Result<Warmed, ReloadError> {
    let mut warming = Warming::start(&known.prepared, &difference.fresh)?;
    let mut before = Warming::start(&known.prepared, &difference.gone)?;
    let mut subjects = known.prepared.subjects();
    subjects.retain(|subject| difference.is_about(subject.is_trader));
    let (some, others) = subjects.split_at(COMPARED.min(subjects.len()));
    let (memory, memory_before) = (warming.memory(), before.memory());
    let both = (memory.0.longest(memory_before.0), memory.1.longest(memory_before.1));
    let mut compared = Compared::default();
    let mut pasts = Pasts::of(known, some, Wanted { memory: both, window: SHOWN });
    while let Some((subject, past)) = pasts.next(&mut warming)? {
        let after = warming.replay(&past);
        let since = past.newest() - WINDOW;
        let seen = before.replay(&past);
        compared.take(&subject.name, past.rows_since(since), since, &seen, &after);
    }
    if !difference.fresh.is_empty() {
        let mut pasts = Pasts::of(known, others, Wanted { memory, window: 0 });
        while let Some((_, past)) = pasts.next(&mut warming)? {
            warming.replay(&past);
        }
    }
    Ok(Warmed { pipeline: warming.finish(), compared })
}

/// Shows new components what came in meanwhile, until it is so little that the worker can do the rest; where rows come in
/// without a pause the rest is what came in during the last round.
async fn catch_up(
    worker: &SyncSender<Message>,
    pipeline: &mut Pipeline,
    aside: &ThreadPool,
) -> Result<(), ReloadError> {
    for _ in 0..ROUNDS {
        let (answer, taken_down) = oneshot::channel();
        tell(worker, Message::Catch(answer))?;
        let shown: Vec<Shown> = taken_down.await.map_err(|_| ReloadError::Interrupted)?;
        let rows: usize = shown.iter().map(Shown::rows).sum();
        block_in_place(|| aside.install(|| shown.iter().for_each(|batch| batch.replay(pipeline))));
        if rows < LAST_ROWS {
            break;
        }
    }
    Ok(())
}

/// Refuses components that did not even live through the past, unless they ran before.
fn check(pipeline: &Pipeline, old: &[Arc<Plugin>]) -> Result<(), ReloadError> {
    for outcome in pipeline.outcomes() {
        let (Health::Quarantined { reason, .. } | Health::Failed { reason }) = outcome.health else {
            continue;
        };
        let plugin = &outcome.plugin;
        if !old.iter().any(|before| before.hash == plugin.hash && before.settings == plugin.settings) {
            return Err(ReloadError::Unfit { name: plugin.manifest.name.clone(), reason });
        }
    }
    Ok(())
}

fn tell(worker: &SyncSender<Message>, message: Message) -> Result<(), ReloadError> {
    worker.try_send(message).map_err(|_| IngestError::Stopping.into())
}

impl Swapped {
    /// Says in the log which components changed.
    pub(super) fn tell(&self, by: &str, reason: &str, changes: &str) {
        let Compared { rows, same, only_before, only_after, .. } = &self.compared;
        tracing::info!(
            by,
            reason,
            block = self.block,
            rows_compared = rows,
            findings_same = same,
            findings_gone = only_before,
            findings_new = only_after,
            "other components run: {changes}"
        );
    }
}

impl Compared {
    fn take(&mut self, subject: &str, rows: u64, since: i64, before: &[Finding], after: &[Finding]) {
        let keys = |findings: &'_ [Finding]| -> BTreeSet<(i64, String, String)> {
            let recent = findings.iter().filter(|finding| finding.at >= since);
            recent.map(|it| (it.at, it.detector.to_string(), it.kind.to_string())).collect()
        };
        let (before, after) = (keys(before), keys(after));
        self.rows += rows;
        self.same += before.intersection(&after).count() as u64;
        let mut show = |sign: char, (at, detector, kind): &(i64, String, String)| {
            if self.samples.len() < SAMPLES {
                self.samples.push(format!("{sign} {} {subject} {detector} {kind}", to_rfc3339(*at)));
            }
        };
        before.difference(&after).for_each(|key| show('-', key));
        after.difference(&before).for_each(|key| show('+', key));
        self.only_before += before.difference(&after).count() as u64;
        self.only_after += after.difference(&before).count() as u64;
    }

    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.same += other.same;
        self.only_before += other.only_before;
        self.only_after += other.only_after;
        self.samples.extend(other.samples);
        self.samples.truncate(SAMPLES);
    }
}
