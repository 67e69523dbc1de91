//! Proves what a plugin promises: it loads, takes a probe of data, and its findings depend neither on the size
//! of batches, nor on stream ids, nor on anything before its warm-up.

mod agent;
mod drive;
mod probe;

use std::{path::Path, sync::Arc};

use crate::{
    detectors::{
        artifact::{Artifact, World},
        contract::{Contract, Detect, Dissents, Signals, Watch},
        error::LoadError,
        folder::SettingsByName,
        history::Row,
        instance::Instance,
        manifest::{Manifest, WarmUp},
        plugin::{Loader, Plugin},
    },
    domain::family::{Family, seat},
};

use drive::{Said, Stream, drive};
use probe::Probe;

/// Scores of a warmed run may differ by so much.
const SCORE_TOLERANCE: f64 = 1e-6;

/// A promise that a plugin does not keep.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It does not survive a probe of ordinary data.
    #[error("on a probe of ordinary data it {0}")]
    Probe(String),
    /// Another size of batches gives other answers.
    #[error(
        "batches of {rows} rows give other answers: {difference}. State must not depend on where a batch ends"
    )]
    Batches {
        /// Rows of a batch.
        rows: usize,
        /// The first difference.
        difference: String,
    },
    /// An agent says what was not allowed, or twice the same case gives two verdicts.
    #[error(
        "on a probe case: {0}. An agent says what is allowed and no more, and the same about the same case"
    )]
    Agent(String),
    /// Other stream ids give other answers.
    #[error(
        "other stream ids give other answers: {difference}. A stream id means nothing; keep one state for each"
    )]
    Streams {
        /// The first difference.
        difference: String,
    },
    /// A forgotten stream is not as new.
    #[error("streams that were forgotten are not as new: {difference}. `forget` must drop their state")]
    Forget {
        /// The first difference.
        difference: String,
    },
    /// A run begun its warm-up earlier gives other answers than a full run.
    #[error(
        "a run begun {} rows and {} sessions earlier gives other answers than a full one: {difference}. Declare a \
         longer warm-up, or let old rows fade", warm_up.rows, warm_up.sessions
    )]
    WarmUp {
        /// The declared warm-up.
        warm_up: WarmUp,
        /// The first difference.
        difference: String,
    },
}

/// A plugin that keeps its promises.
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Rows of the probe; cases for an agent.
    pub rows: usize,
    /// Answers to the probe.
    pub answers: usize,
}

/// Checks one component file, with its settings.
///
/// # Errors
/// Returns the first promise that is not kept.
pub fn check(loader: &Loader, path: &Path, settings: &SettingsByName) -> Result<Checked, Broken> {
    let artifact = Artifact::read(path)?;
    if artifact.world == World::Agent {
        return agent::check(loader, path, &artifact, settings);
    }
    let plugin = loader.load(path.into(), &artifact)?;
    let own = settings.get(&plugin.manifest.name).cloned().unwrap_or_default();
    let plugin = plugin.configured(serde_json::Value::Object(own).to_string())?;
    let plugin = Arc::new(plugin);
    let probe = Probe::for_warm_up(plugin.manifest.warm_up);
    let (rows, answers) = match (plugin.manifest.family, seat(&plugin.manifest.name)) {
        (Family::Market, _) => promises(&plugin, || Detect, &probe.bars)?,
        (Family::Behavior, _) => promises(&plugin, || Watch, &probe.fills)?,
        (Family::Conflict, seat) => {
            let seat = seat.unwrap_or_default();
            let signals = promises(&plugin, || Signals, &probe.bars)?;
            let dissents = promises(&plugin, || Dissents { seat }, &probe.panels)?;
            (signals.0 + dissents.0, signals.1 + dissents.1)
        }
    };
    let Manifest { name, version, .. } = &plugin.manifest;
    Ok(Checked { name: name.clone(), version: version.clone(), hash: plugin.hash.clone(), rows, answers })
}

fn promises<C: Contract>(
    plugin: &Arc<Plugin>,
    contract: impl Fn() -> C,
    rows: &[C::Row],
) -> Result<(usize, usize), Broken>
where
    C::Row: Stream,
    C::Answer: Said,
{
    let full = drive(plugin, contract(), rows, 1_024)?;
    for batch in [1_000, 7 * 1_024 + 1] {
        let again = drive(plugin, contract(), rows, batch)?;
        drive::same(&full, &again, 0.0).map_err(|difference| Broken::Batches { rows: batch, difference })?;
    }
    let last = rows.iter().map(Row::stream).max().unwrap_or_default();
    let renamed: Vec<C::Row> = rows.iter().map(|row| row.renamed(last - row.stream())).collect();
    let again = drive(plugin, contract(), &renamed, 1_024)?;
    drive::same(&full, &again, 0.0).map_err(|difference| Broken::Streams { difference })?;

    let warm_up = plugin.manifest.warm_up;
    for share in [0.97, 0.9, 0.8] {
        let judged = (rows.len() as f64 * share) as usize;
        let begun = begin(rows, judged, warm_up);
        let late: Vec<C::Row> = begun.iter().map(|&row| rows[row]).collect();
        let warmed = drive(plugin, contract(), &late, 1_024)?;
        let warmed = warmed.into_iter().map(|(row, answer)| (begun[row], answer));
        let after = |answers: Vec<(usize, C::Answer)>| -> Vec<(usize, C::Answer)> {
            answers.into_iter().filter(|(row, _)| *row >= judged).collect()
        };
        let expected = &full[full.partition_point(|(row, _)| *row < judged)..];
        drive::same(expected, &after(warmed.collect()), SCORE_TOLERANCE)
            .map_err(|difference| Broken::WarmUp { warm_up, difference })?;
    }
    forgets(plugin, &contract(), rows, &full)?;
    Ok((rows.len(), full.len()))
}

/// A stream that was forgotten is as new.
fn forgets<C: Contract>(
    plugin: &Arc<Plugin>,
    contract: &C,
    rows: &[C::Row],
    full: &[(usize, C::Answer)],
) -> Result<(), Broken>
where
    C::Answer: Said,
{
    let columns = C::columns(rows);
    let mut streams: Vec<u32> = rows.iter().map(Row::stream).collect();
    streams.sort_unstable();
    streams.dedup();
    let again = || {
        let mut instance = Instance::start(plugin)?;
        contract.call(&mut instance, plugin, &columns, &(0..rows.len())).map_err(LoadError::from)?;
        instance.forget(plugin, &streams).map_err(LoadError::from)?;
        contract.call(&mut instance, plugin, &columns, &(0..rows.len())).map_err(LoadError::from)
    };
    let again = again().map_err(Broken::Load)?;
    drive::same(full, &again, 0.0).map_err(|difference| Broken::Forget { difference })
}

/// The rows from the warm-up before row `judged` on, stream by stream.
fn begin<R: Row>(rows: &[R], judged: usize, warm_up: WarmUp) -> Vec<usize> {
    let streams = rows.iter().map(Row::stream).max().map_or(0, |last| last as usize + 1);
    let mut seen = vec![0_u32; streams];
    let mut session = vec![None; streams];
    let mut kept: Vec<usize> = (judged..rows.len()).collect();
    for index in (0..judged).rev() {
        let row = &rows[index];
        let stream = row.stream() as usize;
        let current = *session[stream].get_or_insert(row.session());
        if seen[stream] < warm_up.rows || row.session().saturating_add(warm_up.sessions) >= current {
            seen[stream] += 1;
            kept.push(index);
        }
    }
    kept.sort_unstable();
    kept
}
