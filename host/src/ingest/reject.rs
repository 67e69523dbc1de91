//! Rows that were left out, and why.

use std::{fmt, io};

use super::input::FileRead;
use crate::domain::time::to_rfc3339;

/// One row that was left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// Index into the files that were read.
    pub file: u32,
    /// Line of the row in a text file (the header is line 1), or its row number in a Parquet file.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Why a row was left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// A required cell is empty.
    Missing(&'static str),
    /// A cell cannot be read: its column, what was expected, and the start of what was found.
    Unreadable(&'static str, &'static str, Box<str>),
    /// A price is zero or negative.
    NotPositive(&'static str, f64),
    /// A quantity that cannot be negative is.
    Negative(&'static str, f64),
    /// A number lies outside 0 to 1.
    NotAShare(&'static str, f64),
    /// The subject's previous row in this file is later.
    Backwards(i64),
    /// The row repeats another: what it repeats.
    Duplicate(&'static str),
    /// A label ends before it starts.
    EndsBeforeStart,
    /// The row has this many cells, the header that many.
    Ragged(usize, usize),
    /// A quote is opened and not closed.
    OpenQuote,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(column) => write!(f, "{column} is empty"),
            Self::Unreadable(column, expected, found) => write!(f, "{column} `{found}` is not {expected}"),
            Self::NotPositive(column, value) => write!(f, "{column} {value} is not a positive number"),
            Self::Negative(column, value) => write!(f, "{column} {value} is negative"),
            Self::NotAShare(column, value) => write!(f, "{column} {value} is not between 0 and 1"),
            Self::Backwards(previous) => {
                write!(f, "time goes backwards: the row before is of {}", to_rfc3339(*previous))
            }
            Self::Duplicate(what) => write!(f, "duplicate of an earlier row (same {what})"),
            Self::EndsBeforeStart => f.write_str("end is before start"),
            Self::Ragged(found, expected) => write!(f, "{found} cells where the header has {expected}"),
            Self::OpenQuote => f.write_str("a quote is opened and not closed"),
        }
    }
}

/// Writes rejects as CSV: `file, line, reason`.
///
/// # Errors
/// Returns the error of the writer.
pub fn write(out: impl io::Write, files: &[FileRead], rejects: &[Reject]) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["file", "line", "reason"])?;
    for reject in rejects {
        let file = files.get(reject.file as usize).map_or("", |file| &file.path);
        csv.write_record([file, &reject.line.to_string(), &reject.reason.to_string()])?;
    }
    csv.flush()
}
