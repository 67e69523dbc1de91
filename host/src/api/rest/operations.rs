//! What the document says of operations, for what looks at requests before the handlers do.

use std::collections::BTreeMap;

use axum::{extract::MatchedPath, http::Method};
use serde_json::Value;

/// Something about each operation, by path and method.
pub(super) struct Operations<T>(BTreeMap<String, BTreeMap<String, T>>);

impl<T> Operations<T> {
    /// What `read` finds in each operation of a document.
    pub(super) fn of(document: &Value, read: impl Fn(&Value) -> T) -> Self {
        let of_path = |operations: &Value| {
            let operations = operations.as_object().into_iter().flatten();
            operations.map(|(method, operation)| (method.to_uppercase(), read(operation))).collect()
        };
        let paths = document["paths"].as_object().into_iter().flatten();
        Self(paths.map(|(path, operations)| (path.clone(), of_path(operations))).collect())
    }

    /// That of an operation; `None` where the path does not take the method.
    pub(super) fn get(&self, path: &MatchedPath, method: &Method) -> Option<&T> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.get(path.as_str())?.get(method.as_str())
    }
}
