//! Pages as callers see them: opaque cursors.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::ServiceError;
use crate::{
    domain::time::Timestamp,
    store::page::{Cursor, Page, Window},
};

/// Rows of a page unless asked for more or fewer.
pub const USUAL: i64 = 50;

/// A cursor as text.
pub fn encode(cursor: Cursor) -> String {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&cursor.at.0.to_be_bytes());
    bytes[8..].copy_from_slice(cursor.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Option<Cursor> {
    let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (at, id) = bytes.split_at(8);
    Some(Cursor { at: Timestamp(i64::from_be_bytes(at.try_into().ok()?)), id: Uuid::from_slice(id).ok()? })
}

/// The moment of a cursor's item.
pub fn moment(cursor: &str) -> Option<Timestamp> {
    decode(cursor).map(|cursor| cursor.at)
}

/// What to read: the first so many rows, from the start or after a cursor.
///
/// # Errors
///
/// [`ServiceError::Invalid`] if the number is not between 1 and 1,000, or the cursor is none of ours.
pub fn window(first: Option<i64>, after: Option<&str>) -> Result<Window, ServiceError> {
    let first = first.unwrap_or(USUAL);
    if !(1..=Window::MOST).contains(&first) {
        return Err(ServiceError::invalid("first", format!("{first} is not between 1 and {}", Window::MOST)));
    }
    let window = Window::first(first);
    let Some(after) = after else { return Ok(window) };
    let cursor = decode(after).ok_or_else(|| {
        ServiceError::invalid("after", "this is no cursor; give an `endCursor` of an earlier answer")
    })?;
    Ok(window.after(cursor))
}

/// Some items with their cursors, and whether there are more.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// In the order asked for, each with its cursor.
    pub items: Vec<(String, T)>,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl<T> Listed<T> {
    /// A page as callers see it.
    pub fn of<R: Into<T>>(page: Page<R>, cursor: impl Fn(&R) -> Cursor) -> Self {
        let has_more = page.next.is_some();
        let items = page.items.into_iter().map(|row| (encode(cursor(&row)), row.into())).collect();
        Self { items, has_more }
    }

    /// Cursor of the last item.
    pub fn end(&self) -> Option<&str> {
        self.items.last().map(|(cursor, _)| cursor.as_str())
    }
}
