//! A backtest with what runs now.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::runtime::Handle;

use super::{
    Course,
    rows::{MOST, Source, path},
};
use crate::{
    agent::{Agent, Choice, Start},
    backtest::{
        assemble::{Circumstances, assemble},
        decide::{Decider, MadeBy, decide},
        record::{digests, evidence, json_bytes},
        result::BacktestResult,
        run::{BATCH_ROWS, Run, run_while},
    },
    decide::judge::Judge,
    ingest::{self, Calendars, IngestError, Input, Limits, Role, Sources},
    ledger::hash::Hash,
    reload::LiveCode,
    service::{Platform, jobs::UploadedFile, views::JobResult},
    store::runs::BacktestRun,
};

/// What is read of uploads, so that a short file that unpacks to a long one does not fill the host's memory.
const LIMITS: Limits = Limits { rows: MOST.unsigned_abs(), bytes: 256 << 20 };

/// A backtest that is made, and is to be recorded.
pub(super) struct Made {
    pub(super) run: BacktestRun,
    pub(super) evidence: Value,
    pub(super) bytes: Vec<u8>,
    pub(super) result: Value,
}

/// Makes a backtest on the thread that asks for it; `None` when it is not wanted any more.
///
/// # Errors
///
/// A sentence that says why it cannot be made, without what is only this host's business.
pub(super) fn make(platform: &Platform, source: Source, course: &Course) -> Result<Option<Made>, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| error.to_string())?;
    pool.install(|| on_this_thread(platform, source, course))
}

fn on_this_thread(platform: &Platform, source: Source, course: &Course) -> Result<Option<Made>, String> {
    let zone = TimeZone::get(&platform.config.ingest.time_zone).map_err(|error| error.to_string())?;
    let input = match source {
        Source::Stored(draft) => ingest::finish(*draft, &Calendars::default(), &zone),
        Source::Files(folder, files) => match read(folder.path(), &files, &zone, course)? {
            ControlFlow::Continue(input) => input,
            ControlFlow::Break(()) => return Ok(None),
        },
    };
    let rows = (input.bars.len() + input.signals.len() + input.fills.len()) as u64;
    course.rows.store(rows, Ordering::Relaxed);
    let live = platform.code.live();
    let go_on = |done: usize| {
        course.done.fetch_add(done as u64, Ordering::Relaxed);
        course.go_on()
    };
    let run =
        run_while(&input, &live.plugins.plugins, BATCH_ROWS, go_on).map_err(|error| error.to_string())?;
    let ControlFlow::Continue(run) = run else { return Ok(None) };
    let result = result(platform, &live, zone, &input, &run)?;
    made(platform, rows, &run, &result).map(Some)
}

/// Reads files that were handed in. What is said about them names the uploads, and not where they lie.
fn read(
    folder: &Path,
    files: &[UploadedFile],
    zone: &TimeZone,
    course: &Course,
) -> Result<ControlFlow<(), Input>, String> {
    let of = |role: Role| -> Vec<_> {
        let wanted = files.iter().filter(|file| Role::from(file.role) == role);
        wanted.map(|file| path(folder, *file)).collect()
    };
    let sources = Sources {
        market: of(Role::Market),
        signals: of(Role::Signals),
        trades: of(Role::Trades),
        labels: of(Role::Labels),
        time_zone: zone.clone(),
        ..Sources::default()
    };
    let here = format!("{}/", folder.display());
    let mut input = match ingest::read_within(&sources, LIMITS, &|_, _| course.go_on()) {
        Err(IngestError::BrokenOff) => return Ok(ControlFlow::Break(())),
        read => read.map_err(|error| error.to_string().replace(&here, "upload "))?,
    };
    for file in &mut input.intake.files {
        file.path = file.path.replace(&here, "upload ");
    }
    for warning in &mut input.intake.warnings {
        *warning = warning.replace(&here, "upload ");
    }
    Ok(ControlFlow::Continue(input))
}

fn result(
    platform: &Platform,
    live: &LiveCode,
    zone: TimeZone,
    input: &Input,
    run: &Run,
) -> Result<BacktestResult, String> {
    let decider = decider(platform, live, zone)?;
    let circumstances = Circumstances {
        baseline: !input.labels.is_empty(),
        agent: live.plugins.agent.clone(),
        decided: Some(decide(input, run, &decider)),
        ..Circumstances::default()
    };
    Ok(assemble(input, run, circumstances))
}

/// The policies that decide now, and the scorecard where they ask: no backtest spends money.
fn decider(platform: &Platform, live: &LiveCode, zone: TimeZone) -> Result<Decider, String> {
    let agent = live.plugins.agent.as_ref().map(|plugin| {
        Agent::start(Start {
            choice: &Choice::Scorecard,
            record: None,
            plugin: Arc::clone(plugin),
            config: &platform.config,
            runtime: Handle::current(),
            clock: Arc::new(platform.clock),
            seed: 0,
        })
    });
    let agent = agent.transpose().map_err(|error| error.to_string())?;
    let hash = |(name, text): (&String, &String)| (name.clone(), Hash::of(text.as_bytes()).to_string());
    let policies: BTreeMap<_, _> = live.policies.files().iter().map(hash).collect();
    let made_by =
        MadeBy { agent: "scorecard".to_owned(), policy_set: live.policies.hash().to_string(), policies };
    let judge = Judge::new(Arc::clone(&live.policies), agent);
    Ok(Decider { judge, guard: platform.config.actions.clone(), zone, made_by })
}

fn made(platform: &Platform, rows: u64, run: &Run, result: &BacktestResult) -> Result<Made, String> {
    let now = platform.now();
    let id = platform.ids.next(now);
    let said = |error: &dyn std::fmt::Display| format!("its result cannot be written down: {error}");
    let bytes = json_bytes(result).map_err(|error| said(&error))?;
    let recorded = digests(result, &bytes, id, now).map_err(|error| said(&error))?;
    let summary = JobResult {
        run_id: id,
        rows,
        findings: run.findings.len() as u64,
        anomalies: result.anomalies.len() as u64,
        decisions: result.decisions.len() as u64,
        actions: result.actions.len() as u64,
    };
    let summary = serde_json::to_value(summary).map_err(|error| said(&error))?;
    Ok(Made { run: recorded, evidence: evidence(result), bytes, result: summary })
}
