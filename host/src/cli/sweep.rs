//! `host backtest sweep`.

use std::{
    collections::BTreeSet,
    io::{self, BufWriter},
    process::ExitCode,
    sync::Arc,
};

use anyhow::bail;
use clap::Args;

use crate::{
    backtest::{
        assemble::{Circumstances, assemble},
        run::{self, BATCH_ROWS},
        sweep::{self, Arena, Parameter, Sweep},
    },
    detectors::plugin::Plugin,
    domain::family::Family,
    report::html::HeatMap,
};

use super::{data::Data, output::Output, progress::Progress, setup::PluginSource};

/// Try ranges of settings, judged out of sample by walk-forward folds.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    plugins: PluginSource,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    output: Output,
    /// A range of a plugin's setting; repeatable, all combinations are tried.
    #[arg(long = "param", value_name = "NAME.KEY=FROM..TO/STEP", required = true, value_parser = Parameter::parse)]
    parameters: Vec<Parameter>,
    /// Walk-forward folds.
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    folds: u64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.output.refuse_findings()?;
    let plugins = swept(arguments)?;
    let input = arguments.data.read()?;
    arguments.output.rejects(&input)?;
    let combinations = sweep::size(&arguments.parameters)?;
    let progress = Progress::of("sweeping", combinations as u64);
    let arena = Arena { input: &input, plugins: &plugins };
    let sweep = sweep::sweep(&arena, &arguments.parameters, arguments.folds as usize, &|| progress.add(1))?;
    drop(progress);
    arguments.output.json(&sweep)?;
    let result = {
        let run = run::run(&input, &plugins, BATCH_ROWS, |_| {})?;
        assemble(
            &input,
            &run,
            Circumstances { generated: arguments.data.generated(), ..Circumstances::default() },
        )
    };
    arguments.output.page(&input, &result, Some(&heat_map(&sweep, &arguments.parameters)))?;
    print(&sweep, &mut BufWriter::new(io::stdout().lock()))?;
    Ok(ExitCode::SUCCESS)
}

/// The plugins that the parameters are about; with one algorithm all of them, since only a panel can conflict.
fn swept(arguments: &Arguments) -> anyhow::Result<Vec<Arc<Plugin>>> {
    let names: BTreeSet<&str> =
        arguments.parameters.iter().map(|parameter| parameter.plugin.as_str()).collect();
    let distinct: BTreeSet<String> = arguments.parameters.iter().map(Parameter::name).collect();
    if distinct.len() < arguments.parameters.len() {
        bail!("--param: one setting is given twice; give each one range");
    }
    arguments.plugins.build()?;
    let set = arguments.plugins.load()?;
    if let Some(refused) = set.refused.first() {
        bail!("{}: {}", refused.path.display(), refused.error);
    }
    let known: Vec<&str> = set.plugins.iter().map(|plugin| plugin.manifest.name.as_str()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("--param {unknown}: no such plugin; there are {}", known.join(", "));
    }
    let is_swept = |plugin: &Plugin| names.contains(plugin.manifest.name.as_str());
    let whole_panel =
        set.plugins.iter().any(|plugin| plugin.manifest.family == Family::Conflict && is_swept(plugin));
    let takes_part =
        |plugin: &Plugin| is_swept(plugin) || whole_panel && plugin.manifest.family == Family::Conflict;
    Ok(set.plugins.iter().filter(|plugin| takes_part(plugin)).cloned().collect())
}

fn print(sweep: &Sweep, out: &mut impl io::Write) -> io::Result<()> {
    let percent = |share: Option<f64>| share.map_or("-".into(), |share| format!("{:.1}%", 100.0 * share));
    writeln!(out, "\nPARAMETER SWEEP: {}", sweep.parameters.join(" x "))?;
    writeln!(out, "{:<28} {:>9} {:>9} {:>9}", "all data (in sample)", "precision", "recall", "F1")?;
    for one in &sweep.combinations {
        let values: Vec<String> = one.values.iter().map(f64::to_string).collect();
        let score = &one.score;
        writeln!(
            out,
            "{:<28} {:>9} {:>9} {:>9}",
            values.join(" x "),
            percent(score.precision),
            percent(score.recall),
            percent(score.f1)
        )?;
    }
    writeln!(
        out,
        "\n{:<28} {:>14} {:>9} {:>9}",
        "walk-forward, test from", "chosen before", "train F1", "test F1"
    )?;
    for fold in &sweep.folds {
        let values: Vec<String> = fold.chosen.iter().map(f64::to_string).collect();
        writeln!(
            out,
            "{:<28} {:>14} {:>9} {:>9}",
            fold.test_from,
            values.join(" x "),
            percent(fold.train.f1),
            percent(fold.test.f1)
        )?;
    }
    let score = &sweep.out_of_sample;
    writeln!(
        out,
        "\nOut of sample: precision {}, recall {}, F1 {}",
        percent(score.precision),
        percent(score.recall),
        percent(score.f1)
    )?;
    out.flush()
}

/// F1 over the first two parameters; further ones at the value that is best there.
fn heat_map(sweep: &Sweep, parameters: &[Parameter]) -> HeatMap {
    let axis = |index: usize| {
        parameters.get(index).map_or((String::new(), vec![f64::NAN]), |it| (it.name(), it.values.clone()))
    };
    let ((x, x_values), (y, y_values)) = (axis(0), axis(1));
    let best = |x: f64, y: f64| {
        let here = sweep.combinations.iter().filter(|one| {
            one.values.first() == Some(&x) && one.values.get(1).is_none_or(|&value| value == y)
        });
        here.filter_map(|one| one.score.f1)
            .fold(None, |best: Option<f64>, f1| Some(best.map_or(f1, |best| best.max(f1))))
    };
    let cells = y_values.iter().map(|&y| x_values.iter().map(|&x| best(x, y)).collect()).collect();
    HeatMap { value: "F1 over all data".into(), x, x_values, y, y_values, cells }
}
