//! Files become typed rows in one total order: by when they are known, signals before bars before trades,
//! subject by name, input line.
//!
//! [`read`] takes files; a generator fills a [`Draft`] and calls [`finish()`]. Either way the result is an
//! [`Input`] in which everything that follows from the rows is filled in.

mod account;
mod bars;
mod calendar;
mod cell;
mod draft;
mod error;
mod fills;
mod finish;
mod input;
mod labels;
mod limits;
mod merge;
mod parquet_pages;
mod parquet_table;
mod read;
mod records;
mod reject;
mod sequence;
mod sessions;
mod signals;
mod source;
mod spacing;
mod table;
mod thrift;

pub use account::{Account, AfterFill};
pub use calendar::{Calendar, Calendars, Hours, SessionRule};
pub use draft::{Draft, DraftFill};
pub use error::IngestError;
pub use finish::finish;
pub use input::{FileRead, Input, Intake, KnownColumns, Role};
pub use limits::Limits;
pub use read::{GoOn, Progress, Sources, read, read_within};
pub use reject::{Reason, Reject, write as write_rejects};
pub use sessions::SessionClock;
pub use spacing::Spacing;

#[cfg(test)]
mod tests;
