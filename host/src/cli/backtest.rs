//! `host backtest`.

use std::{
    io::{self, BufWriter},
    path::Path,
    process::ExitCode,
    time::Instant,
};

use clap::{Args, Subcommand};

use crate::{
    backtest::{
        assemble::{Circumstances, assemble},
        decide::decide,
        lookahead,
        result::{BacktestResult, Status},
        run::{self, BATCH_ROWS, Run},
    },
    detectors::folder::PluginSet,
    ingest::Input,
    report::terminal::{self, Style},
};

use super::{
    INCOMPLETE, data::Data, deciding::Deciding, output::Output, progress::Progress, record,
    setup::PluginSource, sweep,
};

/// Run all detectors over files, or over built-in data, and score them.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    plugins: PluginSource,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    deciding: Deciding,
    #[command(flatten)]
    output: Output,
    /// Keep the result in the database, with a block of the ledger that says what went in and what came out.
    #[arg(long)]
    record: bool,
    /// Prove that no finding depends on what came after it: cut the future at several points and compare.
    #[arg(long)]
    check_lookahead: bool,
    /// Rows of a batch. Results do not depend on it.
    #[arg(long, value_name = "ROWS", default_value_t = BATCH_ROWS, value_parser = batch_rows)]
    batch: usize,
    /// Threads; 0 takes one for each core. Results do not depend on it.
    #[arg(long, value_name = "COUNT", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    threads: u16,
}

#[derive(Subcommand)]
enum Command {
    /// Try ranges of settings, judged out of sample by walk-forward folds.
    Sweep(Box<sweep::Arguments>),
}

fn batch_rows(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|rows| (1..=1_000_000).contains(rows))
        .ok_or("give a number from 1 to 1000000".into())
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Some(Command::Sweep(arguments)) => sweep::run(arguments),
        None => backtest(arguments, config),
    }
}

fn backtest(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    rayon::ThreadPoolBuilder::new().num_threads(arguments.threads.into()).build_global()?;
    arguments.plugins.build()?;
    let began = Instant::now();
    let set = arguments.plugins.load()?;
    let load_time = began.elapsed();
    let deciders = arguments.deciding.start(config, &set, arguments.data.zone())?;
    let input = arguments.data.read()?;
    let run = with_progress(arguments, &input, &set)?;
    let mut notes = complaints(&set);
    if deciders.is_none() {
        notes.push("nothing was decided: there is no folder `policies`, and --policies names none".into());
    }
    notes.extend(lookahead_note(arguments, &input, &set, &run)?);
    let result = assemble(
        &input,
        &run,
        Circumstances {
            generated: arguments.data.generated(),
            rejects_file: arguments.output.rejects_file(&input).map(|path| path.display().to_string()),
            notes,
            load_time,
            baseline: true,
            agent: set.agent.clone(),
            decided: deciders.map(|it| decide(&input, &run, &it.decider)),
        },
    );
    arguments.output.write(&input, &run, &result)?;
    let stdout = io::stdout();
    terminal::print(&result, &mut BufWriter::new(stdout.lock()), Style::of(&stdout))?;
    if arguments.record {
        let recorded = record::record(config, &set, &result)?;
        if recorded != ExitCode::SUCCESS {
            return Ok(recorded);
        }
    }
    Ok(if set.refused.is_empty() && is_whole(&result) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(INCOMPLETE)
    })
}

fn with_progress(arguments: &Arguments, input: &Input, set: &PluginSet) -> anyhow::Result<Run> {
    let rows = input.bars.len() + input.signals.len() + input.fills.len();
    let progress = Progress::of("running", rows as u64);
    Ok(run::run(input, &set.plugins, arguments.batch, |done| progress.add(done as u64))?)
}

/// One sentence for each file that was not loaded.
fn complaints(set: &PluginSet) -> Vec<String> {
    set.refused
        .iter()
        .map(|refused| format!("refused: {}: {}", refused.path.display(), refused.error))
        .collect()
}

fn lookahead_note(
    arguments: &Arguments,
    input: &Input,
    set: &PluginSet,
    run: &Run,
) -> anyhow::Result<Option<String>> {
    if !arguments.check_lookahead {
        return Ok(None);
    }
    let (calendars, zone) = (arguments.data.calendars()?, arguments.data.zone());
    let proof = lookahead::check(input, &calendars, zone, &set.plugins, run)?;
    Ok(Some(format!(
        "no look-ahead: with the future cut off at {} points, all {} earlier findings stay the same",
        proof.cuts, proof.findings
    )))
}

/// Whether every component that was run kept going to the end, on every row.
fn is_whole(result: &BacktestResult) -> bool {
    result.components.iter().all(|component| {
        component.skipped_rows == 0 && matches!(component.status, Status::Ran | Status::NotRun(_))
    })
}
