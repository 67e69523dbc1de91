//! Drives a plugin over rows and compares what it says.

use std::sync::Arc;

use crate::{
    detectors::{
        contract::Contract,
        history::{History, Row},
        instance::RawFinding,
        plugin::Plugin,
        supervisor::{Health, Supervisor},
    },
    domain::{
        panel::{Opinion, PanelRow},
        rows::{Bar, Fill},
    },
};

use super::Broken;

/// A row that can be moved to another stream.
pub(super) trait Stream: Row {
    fn renamed(self, stream: u32) -> Self;
}

impl Stream for Bar {
    fn renamed(self, symbol: u32) -> Self {
        Self { symbol, ..self }
    }
}

impl Stream for Fill {
    fn renamed(self, user: u32) -> Self {
        Self { user, ..self }
    }
}

impl Stream for PanelRow {
    fn renamed(self, symbol: u32) -> Self {
        Self { symbol, ..self }
    }
}

/// An answer as words and a number.
pub(super) trait Said {
    fn word(&self) -> String;
    fn number(&self) -> f64;
}

impl Said for RawFinding {
    fn word(&self) -> String {
        self.kind.clone()
    }
    fn number(&self) -> f64 {
        self.score
    }
}

impl Said for Opinion {
    fn word(&self) -> String {
        format!("{:?}", self.vote)
    }
    fn number(&self) -> f64 {
        self.confidence
    }
}

/// Everything a plugin says about rows, by row.
pub(super) fn drive<C: Contract>(
    plugin: &Arc<Plugin>,
    contract: C,
    rows: &[C::Row],
    batch: usize,
) -> Result<Vec<(usize, C::Answer)>, Broken> {
    let mut supervisor = Supervisor::start(plugin.clone(), contract)?;
    let mut history = History::keeping(plugin.manifest.warm_up);
    let mut answers = Vec::new();
    for (number, rows) in rows.chunks(batch).enumerate() {
        let said = supervisor.evaluate(&history, rows, &C::columns(rows));
        answers.extend(said.into_iter().map(|(row, answer)| (number * batch + row, answer)));
        history.extend(rows);
    }
    match (&supervisor.health, supervisor.skipped.first()) {
        (Health::Failed { reason }, _) => Err(Broken::Probe(reason.clone())),
        (_, Some(skipped)) => Err(Broken::Probe(format!("traps on row {}: {}", skipped.row, skipped.reason))),
        _ => Ok(answers),
    }
}

/// Whether two runs say the same, numbers within a tolerance; else the first difference.
pub(super) fn same<A: Said>(
    expected: &[(usize, A)],
    found: &[(usize, A)],
    tolerance: f64,
) -> Result<(), String> {
    let told = |answers: &[(usize, A)], index: usize| {
        answers.get(index).map_or("nothing more".into(), |(row, answer)| {
            format!("{} {} at row {row}", answer.word(), answer.number())
        })
    };
    let agree = |(a, b): (&(usize, A), &(usize, A))| {
        a.0 == b.0 && a.1.word() == b.1.word() && (a.1.number() - b.1.number()).abs() <= tolerance
    };
    let common = expected.iter().zip(found).take_while(|&pair| agree(pair)).count();
    if common == expected.len() && common == found.len() {
        return Ok(());
    }
    Err(format!("{} instead of {}", told(found, common), told(expected, common)))
}
