//! Lists as files: NDJSON, or CSV.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Result, ServiceError, page::Listed};

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum FileFormat {
    /// A JSON object on each line.
    Ndjson,
    /// A header and a line for each item.
    Csv,
}

impl FileFormat {
    /// As in `Content-Type`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// What names of files end with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What comes before the first item.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn head(self, columns: &[&str]) -> Result<Vec<u8>> {
        match self {
            Self::Ndjson => Ok(Vec::new()),
            Self::Csv => record(columns.iter().map(|column| (*column).to_owned())),
        }
    }

    /// Lines of a page.
    ///
    /// # Errors
    ///
    /// If an item cannot be written.
    pub fn lines<T: Serialize>(self, columns: &[&str], page: &Listed<T>) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        for (_, item) in &page.items {
            match self {
                Self::Ndjson => {
                    serde_json::to_writer(&mut text, item).map_err(inside)?;
                    text.push(b'\n');
                }
                Self::Csv => {
                    let item = serde_json::to_value(item).map_err(inside)?;
                    text.extend(record(columns.iter().map(|column| cell(&item[column])))?);
                }
            }
        }
        Ok(text)
    }
}

/// One line of CSV (RFC 4180).
fn record(cells: impl Iterator<Item = String>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.map(String::into_bytes)).map_err(inside)?;
    writer.into_inner().map_err(|error| inside(error.into_error()))
}

/// A value as a cell: nothing where it is not known, JSON where it has parts. A text that a spreadsheet would run as a
/// formula gets an apostrophe in front, which spreadsheets take for the mark of a text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn inside(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::Internal(error.into())
}
