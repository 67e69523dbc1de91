//! Tables with named columns, from text or Parquet, as rows of cells in a fixed order.

use std::path::{Path, PathBuf};

use super::{
    cell::Cell,
    error::IngestError,
    input::Role,
    limits::Room,
    parquet_table,
    records::{Record, Records},
    reject::Reason,
    source::{self, Format},
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Time,
    Number,
    Text,
}

/// One column of a kind of file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    pub(super) required: bool,
}

/// A column that must be there.
pub(super) const fn required(name: &'static str, holds: Holds) -> Column {
    Column { name, holds, required: true }
}

/// A column that may be absent.
pub(super) const fn optional(name: &'static str, holds: Holds) -> Column {
    Column { name, holds, required: false }
}

/// Something that takes the rows of one kind of file.
pub(super) trait Rows<const N: usize> {
    const ROLE: Role;
    const COLUMNS: [Column; N];

    /// Takes a row, its cells in the order of `COLUMNS`, or says why not.
    fn take(&mut self, line: u64, cells: [Cell<'_>; N]) -> Result<(), Reason>;
}

/// What is told about each row: its line, and its cells or what is wrong with its shape.
pub(super) type Visit<'a, const N: usize> =
    dyn FnMut(u64, Result<[Cell<'_>; N], Reason>) -> Result<(), IngestError> + 'a;

/// What reading a table brought beside its rows.
#[derive(Debug)]
pub(super) struct TableRead {
    pub(super) sha256: String,
    pub(super) warnings: Vec<String>,
}

/// Reads all rows of a file.
pub(super) fn read<const N: usize>(
    path: &Path,
    role: Role,
    columns: &[Column; N],
    room: &Room,
    visit: &mut Visit<'_, N>,
) -> Result<TableRead, IngestError> {
    let closed = |reason: std::io::Error| IngestError::Closed { path: path.into(), reason };
    let (mut source, format) = source::open(path).map_err(closed)?;
    let header = Header { path, role, columns };
    let warnings = if format == Format::Parquet {
        parquet_table::read(&header, room, visit)?
    } else {
        read_text(&header, room.bound(source::text(&mut source, format)), visit)?
    };
    let sha256 = source::finish(source).map_err(closed)?;
    Ok(TableRead { sha256, warnings })
}

fn read_text<const N: usize>(
    header: &Header<'_, N>,
    text: impl std::io::Read,
    visit: &mut Visit<'_, N>,
) -> Result<Vec<String>, IngestError> {
    let failed = |line: u64, error: std::io::Error| unreadable(header.path, line, error.to_string());
    let mut records = Records::new(text).map_err(|error| failed(1, error))?;
    let first = records.next().map_err(|error| failed(1, error))?;
    let names = first.as_ref().map(names).unwrap_or_default();
    let (places, warnings) = header.locate(&names)?;
    loop {
        let line = records.line();
        let Some(record) = records.next().map_err(|error| failed(line, error))? else { return Ok(warnings) };
        visit(record.line, cells(&record, names.len(), &places))?;
    }
}

fn names(header: &Record<'_>) -> Vec<String> {
    (0..header.len())
        .map(|cell| String::from_utf8_lossy(header.cell(cell).trim_ascii()).into_owned())
        .collect()
}

fn cells<'a, const N: usize>(
    record: &Record<'a>,
    width: usize,
    places: &[Option<usize>; N],
) -> Result<[Cell<'a>; N], Reason> {
    if !record.closed {
        return Err(Reason::OpenQuote);
    }
    if record.len() != width {
        return Err(Reason::Ragged(record.len(), width));
    }
    Ok(places.map(|place| place.map_or(Cell::Empty, |place| Cell::from_text(record.cell(place)))))
}

/// What a file should hold, to be compared with the names it has.
#[derive(Debug)]
pub(super) struct Header<'a, const N: usize> {
    pub(super) path: &'a Path,
    pub(super) role: Role,
    pub(super) columns: &'a [Column; N],
}

impl<const N: usize> Header<'_, N> {
    /// The place of each column among `names`, and a warning about names that mean nothing.
    pub(super) fn locate(&self, names: &[String]) -> Result<([Option<usize>; N], Vec<String>), IngestError> {
        let mut places = [None; N];
        let mut unknown = Vec::new();
        for (place, name) in names.iter().enumerate() {
            match self.columns.iter().position(|column| column.name == name) {
                Some(column) if places[column].is_some() => {
                    return Err(IngestError::RepeatedColumn { path: self.path.into(), column: name.clone() });
                }
                Some(column) => places[column] = Some(place),
                None => unknown.push(format!("`{name}`")),
            }
        }
        let missing = |(column, place): (&Column, &Option<usize>)| {
            (column.required && place.is_none()).then_some(column.name)
        };
        if let Some(column) = self.columns.iter().zip(&places).find_map(missing) {
            return Err(self.missing_column(column, names));
        }
        let warning = format!("{}: unknown columns ignored: {}", self.path.display(), unknown.join(", "));
        Ok((places, if unknown.is_empty() { Vec::new() } else { vec![warning] }))
    }

    fn missing_column(&self, column: &'static str, names: &[String]) -> IngestError {
        let needed: Vec<_> =
            self.columns.iter().filter(|column| column.required).map(|column| column.name).collect();
        let found = if names.is_empty() { "an empty file".to_owned() } else { shorten(&names.join(", ")) };
        IngestError::MissingColumn {
            path: PathBuf::from(self.path),
            column,
            role: self.role.name(),
            found,
            needed: needed.join(", "),
        }
    }
}

/// Enough of a text for one line of an error message; what cannot be printed is escaped.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut text = text.escape_debug();
    let start: String = text.by_ref().take(LONGEST).collect();
    if text.next().is_some() { start + "…" } else { start }
}

/// The error for a file that cannot be read.
pub(super) fn unreadable(path: &Path, line: u64, reason: String) -> IngestError {
    IngestError::Unreadable { path: path.into(), line, reason }
}
