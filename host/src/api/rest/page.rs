//! Lists, a page at a time.

use axum::{
    http::{HeaderValue, Uri, header::LINK},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::extract::Json;
use crate::service::page::Listed;

/// Some of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    /// In the list's order.
    pub(super) items: Vec<T>,
    /// Give it as `after` to get what follows; null at the end.
    pub(super) next_cursor: Option<String>,
}

/// A page, and the address of the next one.
pub(super) struct Paged<T> {
    page: Page<T>,
    next: Option<String>,
}

/// A page of what was asked for at `uri`.
pub(super) fn paged<T>(listed: Listed<T>, uri: &Uri) -> Paged<T> {
    let next_cursor = listed.end().filter(|_| listed.has_more).map(ToOwned::to_owned);
    let next = next_cursor.as_deref().map(|cursor| address(uri, cursor));
    let items = listed.items.into_iter().map(|(_, item)| item).collect();
    Paged { page: Page { items, next_cursor }, next }
}

/// The same question from a cursor on.
fn address(uri: &Uri, cursor: &str) -> String {
    let kept = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept.filter(|(name, _)| name != "after"));
    query.append_pair("after", cursor);
    format!("{}?{}", uri.path(), query.finish())
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.page).into_response();
        let link = self.next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok());
        if let Some(link) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}
