//! `--findings FILE`: one row for each finding, as CSV. Numbers have as many digits as they need to be read
//! back exactly; one that is not known is an empty cell.

use std::io;

use serde::Deserialize;

use crate::domain::{
    family::Family,
    finding::{Finding, Severity, subject_name},
    names::Names,
    rfc3339,
    time::to_rfc3339,
};

const COLUMNS: [&str; 10] = [
    "timestamp",
    "family",
    "subject",
    "detector",
    "kind",
    "severity",
    "score",
    "observed",
    "expected",
    "message",
];

/// Findings and the names of their subjects.
#[derive(Clone, Debug, Default)]
pub struct FindingsFile {
    /// In the order of the file.
    pub findings: Vec<Finding>,
    /// Symbols by id.
    pub symbols: Names,
    /// Traders by id.
    pub users: Names,
}

/// A findings file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FindingsFileError {
    /// The table is broken or lacks a column.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A cell does not hold what it should.
    #[error("line {line}: {column} `{found}` is not {expected}")]
    Cell {
        /// Line, from 1.
        line: u64,
        /// Column.
        column: &'static str,
        /// What is there.
        found: String,
        /// What should be.
        expected: &'static str,
    },
}

/// Writes findings in the order given; [`sort`](crate::domain::finding::sort) gives that of results.
///
/// # Errors
/// Returns the error of the writer.
pub fn write(out: impl io::Write, findings: &[Finding], symbols: &Names, users: &Names) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    for it in findings {
        csv.write_record([
            to_rfc3339(it.at).as_str(),
            it.family.name(),
            subject_name(it.family, it.subject, symbols, users),
            &it.detector,
            &it.kind,
            it.severity.name(),
            &number(it.score),
            &number(it.observed),
            &number(it.expected),
            &it.message,
        ])?;
    }
    csv.flush()
}

fn number(value: f64) -> String {
    if value.is_nan() { String::new() } else { value.to_string() }
}

#[derive(Deserialize)]
struct Row<'a> {
    timestamp: &'a str,
    family: &'a str,
    subject: &'a str,
    detector: &'a str,
    kind: &'a str,
    severity: &'a str,
    score: f64,
    observed: Option<f64>,
    expected: Option<f64>,
    message: &'a str,
}

/// Reads findings.
///
/// # Errors
/// Returns a [`FindingsFileError`] that names the line at the first row that is not a finding.
pub fn read(input: impl io::Read) -> Result<FindingsFile, FindingsFileError> {
    let mut csv = csv::Reader::from_reader(input);
    let header = csv.headers()?.clone();
    let mut file = FindingsFile::default();
    let mut record = csv::StringRecord::new();
    while csv.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let finding = finding(line, &record.deserialize(Some(&header))?, &mut file.symbols, &mut file.users)?;
        file.findings.push(finding);
    }
    Ok(file)
}

fn finding(
    line: u64,
    row: &Row<'_>,
    symbols: &mut Names,
    users: &mut Names,
) -> Result<Finding, FindingsFileError> {
    let wrong = |column, found: &str, expected| FindingsFileError::Cell {
        line,
        column,
        found: found.to_owned(),
        expected,
    };
    let family = Family::parse(row.family)
        .ok_or_else(|| wrong("family", row.family, "market, conflict or behavior"))?;
    let names = if family == Family::Behavior { users } else { symbols };
    if !(0.0..=1.0).contains(&row.score) {
        return Err(wrong("score", &row.score.to_string(), "between 0 and 1"));
    }
    Ok(Finding {
        at: rfc3339::parse(row.timestamp.as_bytes())
            .ok_or_else(|| wrong("timestamp", row.timestamp, "RFC 3339 with an offset"))?,
        family,
        subject: names.intern(row.subject),
        detector: row.detector.into(),
        kind: row.kind.into(),
        severity: Severity::parse(row.severity)
            .ok_or_else(|| wrong("severity", row.severity, "LOW, MEDIUM, HIGH or CRITICAL"))?,
        score: row.score,
        observed: row.observed.unwrap_or(f64::NAN),
        expected: row.expected.unwrap_or(f64::NAN),
        message: row.message.to_owned(),
        evidence: Vec::new(),
        dispute: None,
    })
}
