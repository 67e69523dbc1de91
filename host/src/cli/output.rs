//! The files that a run writes.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::{
    backtest::{record::json_bytes, result::BacktestResult, run::Run},
    ingest::{self, Input},
    report::html::{self, HeatMap, ReportData},
    scoring::findings_file,
};

/// The files that a run writes.
#[derive(Args, Clone, Debug)]
pub(super) struct Output {
    /// The whole result as JSON (docs/result.schema.json describes it).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// All findings as CSV.
    #[arg(long, value_name = "FILE")]
    findings: Option<PathBuf>,
    /// A page for people, with charts.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Rows that were left out, with reasons; by default rejects.csv beside --out.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

impl Output {
    /// For commands that make many runs.
    pub(super) fn refuse_findings(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.findings.is_none(), "--findings: a sweep makes many runs; leave it out");
        Ok(())
    }

    /// Writes the rows that were left out.
    pub(super) fn rejects(&self, input: &Input) -> anyhow::Result<()> {
        let Some(path) = self.rejects_file(input) else { return Ok(()) };
        file("--rejects", &path, |out| ingest::write_rejects(out, &input.intake.files, &input.intake.rejects))
    }

    /// Where left-out rows are written, if there are some.
    pub(super) fn rejects_file(&self, input: &Input) -> Option<PathBuf> {
        let beside = || {
            let folder = self.out.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
            folder.join("rejects.csv")
        };
        (!input.intake.rejects.is_empty()).then(|| self.rejects.clone().unwrap_or_else(beside))
    }

    pub(super) fn write(&self, input: &Input, run: &Run, result: &BacktestResult) -> anyhow::Result<()> {
        self.rejects(input)?;
        if let Some(path) = &self.findings {
            file("--findings", path, |out| {
                findings_file::write(out, &run.findings, &input.symbols, &input.users)
            })?;
        }
        self.json(result)?;
        self.page(input, result, None)
    }

    /// Writes `--out`.
    pub(super) fn json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        let Some(path) = &self.out else { return Ok(()) };
        file("--out", path, |out| out.write_all(&json_bytes(value)?))
    }

    /// Writes `--report`.
    pub(super) fn page(
        &self,
        input: &Input,
        result: &BacktestResult,
        heat_map: Option<&HeatMap>,
    ) -> anyhow::Result<()> {
        let Some(path) = &self.report else { return Ok(()) };
        let data = ReportData { symbols: Some(&input.symbols), bars: &input.bars, heat_map };
        html::write(result, &data, path)
            .with_context(|| format!("--report {} cannot be written", path.display()))
    }
}

fn file(
    option: &str,
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> anyhow::Result<()> {
    File::create(path)
        .and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        })
        .with_context(|| format!("{option} {} cannot be written", path.display()))
}
