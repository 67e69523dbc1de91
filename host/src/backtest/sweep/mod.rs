//! Parameter sweeps, judged out of sample by walk-forward folds.
//!
//! Time is cut into `folds + 1` stretches with equally many rows. Fold k chooses the settings with the best F1
//! on all stretches before it and is judged on its own stretch alone. Detectors are causal, so one run for
//! each combination of settings serves all folds.

mod judge;
mod parameter;
mod stretches;

use std::sync::Arc;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    anomalies,
    detectors::{error::LoadError, plugin::Plugin},
    domain::{anomaly::Anomaly, time::to_rfc3339},
    ingest::Input,
    scoring::Score,
};

use super::run::{self, BATCH_ROWS};
use judge::Judge;
pub use parameter::Parameter;
use stretches::Stretch;

/// Most combinations of one sweep.
pub const MOST_COMBINATIONS: usize = 10_000;

/// What a sweep found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sweep {
    /// Names of the settings, `NAME.KEY`.
    pub parameters: Vec<String>,
    /// Every combination over all data: in sample, to see plateaus, not to choose by.
    pub combinations: Vec<Combination>,
    /// Walk-forward folds.
    pub folds: Vec<Fold>,
    /// Events of all test stretches, each with the settings chosen before it: the honest figure.
    pub out_of_sample: Score,
}

/// One combination of settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Combination {
    /// One value for each parameter.
    pub values: Vec<f64>,
    /// Its events over all data.
    pub score: Score,
}

/// One fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fold {
    /// Where the test stretch begins, RFC 3339; everything before it is training.
    pub test_from: String,
    /// Where it ends, RFC 3339.
    pub test_to: String,
    /// The settings with the best F1 in training (the first of equals).
    pub chosen: Vec<f64>,
    /// Their events in training.
    pub train: Score,
    /// Their events in the test stretch.
    pub test: Score,
}

/// Why a sweep could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// A plugin refused a combination or could not be started.
    #[error("{combination}: {reason}")]
    Load {
        /// The combination.
        combination: String,
        /// The reason.
        reason: LoadError,
    },
    /// A plugin did not take every row, so its figures would mean nothing.
    #[error("{combination}: {plugin} failed or skipped rows; run it alone with `host backtest` to see how")]
    NotWhole {
        /// The combination.
        combination: String,
        /// The plugin.
        plugin: String,
    },
    /// Without labels no combination is better than another.
    #[error("a sweep needs labels (--labels), or the built-in data")]
    NoLabels,
    /// More combinations than a sweep takes.
    #[error("{0} combinations, over {MOST_COMBINATIONS}: take larger steps or fewer parameters")]
    TooMany(usize),
}

/// What a sweep works on.
pub struct Arena<'a> {
    /// The data.
    pub input: &'a Input,
    /// The plugins that take part.
    pub plugins: &'a [Arc<Plugin>],
}

/// Tries every combination of the parameters' values. `progress` is told of each one done.
///
/// # Errors
/// If there are no labels, too many combinations, or a plugin refuses one.
pub fn sweep(
    arena: &Arena<'_>,
    parameters: &[Parameter],
    folds: usize,
    progress: &(dyn Fn() + Sync),
) -> Result<Sweep, SweepError> {
    if arena.input.labels.is_empty() {
        return Err(SweepError::NoLabels);
    }
    size(parameters)?;
    let grid = parameter::grid(parameters);
    let runs: Result<Vec<Vec<Anomaly>>, SweepError> = grid
        .par_iter()
        .map(|values| {
            let found = find(arena, parameters, values);
            progress();
            found
        })
        .collect();
    let runs = runs?;
    let judge = Judge::of(arena.input, arena.plugins);
    let stretches = stretches::cut(arena.input, folds + 1);
    let folds: Vec<Fold> =
        (1..stretches.len()).map(|test| fold(&judge, &grid, &runs, &stretches, test)).collect();
    Ok(Sweep {
        parameters: parameters.iter().map(Parameter::name).collect(),
        combinations: grid
            .iter()
            .zip(&runs)
            .map(|(values, run)| Combination {
                values: values.clone(),
                score: judge.score(run, stretches::ALL),
            })
            .collect(),
        out_of_sample: judge::pool(folds.iter().map(|fold| &fold.test)),
        folds,
    })
}

/// How many combinations there are.
///
/// # Errors
/// If that is more than a sweep takes.
pub fn size(parameters: &[Parameter]) -> Result<usize, SweepError> {
    let size = parameters.iter().map(|parameter| parameter.values.len()).fold(1, usize::saturating_mul);
    if size > MOST_COMBINATIONS { Err(SweepError::TooMany(size)) } else { Ok(size) }
}

/// The anomalies with one combination of settings.
fn find(arena: &Arena<'_>, parameters: &[Parameter], values: &[f64]) -> Result<Vec<Anomaly>, SweepError> {
    let failed = |reason| SweepError::Load { combination: describe(parameters, values), reason };
    let mut plugins = Vec::with_capacity(arena.plugins.len());
    for plugin in arena.plugins {
        let own: Vec<(&str, f64)> = parameters
            .iter()
            .zip(values)
            .filter(|(parameter, _)| parameter.plugin == plugin.manifest.name)
            .map(|(parameter, &value)| (parameter.key.as_str(), value))
            .collect();
        plugins.push(if own.is_empty() {
            plugin.clone()
        } else {
            Arc::new(configure(plugin, &own).map_err(failed)?)
        });
    }
    let run = run::run(arena.input, &plugins, BATCH_ROWS, |_| {}).map_err(failed)?;
    if let Some(broken) = run.outcomes.iter().find(|outcome| !outcome.is_whole()) {
        let plugin = broken.plugin.manifest.name.clone();
        return Err(SweepError::NotWhole { combination: describe(parameters, values), plugin });
    }
    Ok(anomalies::group(&run.findings, &arena.input.intervals))
}

/// The plugin with other values on top of its settings; whole numbers are given as such.
fn configure(plugin: &Plugin, values: &[(&str, f64)]) -> Result<Plugin, LoadError> {
    let mut settings: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&plugin.settings).unwrap_or_default();
    for &(key, value) in values {
        let whole = value.fract() == 0.0 && value.abs() < 1e15;
        let value = if whole { (value as i64).into() } else { value.into() };
        settings.insert(key.into(), value);
    }
    plugin.clone().configured(serde_json::Value::Object(settings).to_string())
}

fn describe(parameters: &[Parameter], values: &[f64]) -> String {
    let pairs =
        parameters.iter().zip(values).map(|(parameter, value)| format!("{}={value}", parameter.name()));
    pairs.collect::<Vec<_>>().join(" ")
}

/// Chooses on the stretches before `test` and judges on that one.
fn fold(
    judge: &Judge<'_>,
    grid: &[Vec<f64>],
    runs: &[Vec<Anomaly>],
    stretches: &[Stretch],
    test: usize,
) -> Fold {
    let training = (stretches[0].0, stretches[test - 1].1);
    let mut best = (0, judge.score(&runs[0], training));
    for (index, run) in runs.iter().enumerate().skip(1) {
        let score = judge.score(run, training);
        if score.f1.unwrap_or(0.0) > best.1.f1.unwrap_or(0.0) {
            best = (index, score);
        }
    }
    let (chosen, train) = best;
    Fold {
        test_from: to_rfc3339(stretches[test].0),
        test_to: to_rfc3339(stretches[test].1),
        chosen: grid[chosen].clone(),
        train,
        test: judge.score(&runs[chosen], stretches[test]),
    }
}
