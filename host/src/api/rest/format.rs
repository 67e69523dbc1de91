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
use utoipa::ToSchema;

use super::Problem;
use crate::{
    service::{
        Result,
        files::FileFormat,
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
}

impl From<Format> for FileFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Ndjson => Self::Ndjson,
            Format::Csv => Self::Csv,
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
    let format = FileFormat::from(format);
    let head = once(ready(format.head(columns)));
    let pages = try_unfold((Some(first), read), move |(page, read)| async move {
        let Some(page) = page else { return Ok(None) };
        let text = format.lines(columns, &page)?;
        let next = match page.end() {
            Some(end) if page.has_more => Some(read(page::window(Some(Window::MOST), Some(end))?).await?),
            _ => None,
        };
        Ok(Some((text, (next, read))))
    });
    let body = Body::from_stream(head.chain(pages).inspect_err(|error| {
        tracing::error!("an export broke off: {:#}", anyhow::anyhow!(error.to_string()));
    }));
    Ok(download(name, format, body))
}

/// A file of that name, for whoever keeps it.
pub(super) fn download(name: &str, format: FileFormat, body: Body) -> Response {
    let mut response = Response::new(body);
    let file = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.extend(HeaderValue::try_from(file).ok().map(|file| (CONTENT_DISPOSITION, file)));
    response
}
