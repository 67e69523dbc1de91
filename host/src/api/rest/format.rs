//! Whole lists as files: NDJSON or CSV, written while they are read.

use std::future::ready;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::Response,
};
use futures::{
    StreamExt as _, TryStreamExt as _,
    stream::{once, try_unfold},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Problem;
use crate::{
    service::{
        Result, ServiceError,
        page::{self, Listed},
    },
    store::page::Window,
};

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    /// A JSON object on each line.
    Ndjson,
    /// A header and a line for each item.
    Csv,
}

impl Format {
    /// What was asked for: by name, else by the header `Accept`; else NDJSON.
    pub(super) fn wanted(named: Option<Self>, headers: &HeaderMap) -> Self {
        let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        named.unwrap_or(if accepts.contains("text/csv") { Self::Csv } else { Self::Ndjson })
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// A whole list as a file of that name. `read` gives the page of a window; one page is read ahead of a slow reader.
pub(super) async fn whole<T, F>(
    name: &str,
    format: Format,
    columns: &'static [&'static str],
    read: impl Fn(Window) -> F + Send + 'static,
) -> std::result::Result<Response, Problem>
where
    T: Serialize + Send + 'static,
    F: Future<Output = Result<Listed<T>>> + Send,
{
    let first = read(Window::first(Window::MOST)).await?;
    let head = once(ready(match format {
        Format::Ndjson => Ok(Vec::new()),
        Format::Csv => record(columns.iter().map(|column| (*column).to_owned())),
    }));
    let pages = try_unfold((Some(first), read), move |(page, read)| async move {
        let Some(page) = page else { return Ok(None) };
        let text = lines(format, columns, &page)?;
        let next = match page.end() {
            Some(end) if page.has_more => Some(read(page::window(Some(Window::MOST), Some(end))?).await?),
            _ => None,
        };
        Ok(Some((text, (next, read))))
    });
    let body = Body::from_stream(head.chain(pages).inspect_err(|error| {
        tracing::error!("an export broke off: {:#}", anyhow::anyhow!(error.to_string()));
    }));
    let mut response = Response::new(body);
    let file = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.extend(HeaderValue::try_from(file).ok().map(|file| (CONTENT_DISPOSITION, file)));
    Ok(response)
}

fn lines<T: Serialize>(format: Format, columns: &[&str], page: &Listed<T>) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for (_, item) in &page.items {
        match format {
            Format::Ndjson => {
                serde_json::to_writer(&mut text, item).map_err(inside)?;
                text.push(b'\n');
            }
            Format::Csv => {
                let item = serde_json::to_value(item).map_err(inside)?;
                text.extend(record(columns.iter().map(|column| cell(&item[column])))?);
            }
        }
    }
    Ok(text)
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
