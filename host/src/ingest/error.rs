//! What stops reading.

use std::path::PathBuf;

use super::reject::Reason;

/// An input that a run cannot use.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be opened or read as a whole.
    #[error("cannot read {}: {reason}", path.display())]
    Closed {
        /// Path as given.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// Its bytes make no sense.
    #[error("cannot read {}, line {line}: {reason}", path.display())]
    Unreadable {
        /// Path as given.
        path: PathBuf,
        /// Line (row for Parquet) that was being read.
        line: u64,
        /// Why.
        reason: String,
    },
    /// The header lacks a required column.
    #[error("{}, line 1: no column `{column}`; found {found}; a {role} file needs {needed}", path.display())]
    MissingColumn {
        /// Path as given.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// What the file should be.
        role: &'static str,
        /// The columns that are there.
        found: String,
        /// The columns that must be there.
        needed: String,
    },
    /// Two columns have one name.
    #[error("{}, line 1: column `{column}` appears twice; keep one", path.display())]
    RepeatedColumn {
        /// Path as given.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// A bad row, where the run was told to stop at the first.
    #[error("{}, line {line}: {reason}; without --strict the row is left out and counted", path.display())]
    BadRow {
        /// Path as given.
        path: PathBuf,
        /// Line (row for Parquet).
        line: u64,
        /// Why.
        reason: Reason,
    },
    /// There is more than may be read.
    #[error("{}: all files together have more than {most} rows; hand in less at once", path.display())]
    TooManyRows {
        /// The file that has one too many.
        path: PathBuf,
        /// Most rows.
        most: u64,
    },
    /// It is not wanted any more.
    #[error("reading was broken off")]
    BrokenOff,
    /// The calendar file breaks a rule.
    #[error("calendar {}: {reason}", path.display())]
    Calendar {
        /// Path as given.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}
