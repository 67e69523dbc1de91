//! Parameters that an operation does not know are refused: a filter that is misspelt must not give everything.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use url::form_urlencoded;

use super::Problem;

/// Names of query parameters, by path and, within that, method.
pub(super) type Known = Arc<BTreeMap<String, BTreeMap<String, BTreeSet<String>>>>;

/// Those of a document.
pub(super) fn of(document: &Value) -> Known {
    let objects = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let of_operations = |operations: &Value| {
        objects(operations)
            .iter()
            .map(|(method, operation)| (method.to_uppercase(), names(operation)))
            .collect()
    };
    let paths = objects(&document["paths"]);
    Arc::new(paths.iter().map(|(path, operations)| (path.clone(), of_operations(operations))).collect())
}

fn names(operation: &Value) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
    of_query.filter_map(|parameter| parameter["name"].as_str().map(ToOwned::to_owned)).collect()
}

/// Refuses what an operation does not know.
pub(super) async fn check(
    State(known): State<Known>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let names = known.get(path.as_str()).and_then(|methods| methods.get(request.method().as_str()));
    let asked = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let names = names.cloned().unwrap_or_default();
    if let Some((name, _)) = asked.into_iter().find(|(name, _)| !names.contains(name.as_ref())) {
        let takes = if names.is_empty() {
            "it takes none".to_owned()
        } else {
            format!("it takes {}", names.into_iter().collect::<Vec<_>>().join(", "))
        };
        let problem =
            Problem::new(StatusCode::BAD_REQUEST, "INVALID", format!("{name}: not known here; {takes}"));
        return problem.in_parameter(&name, takes).into_response();
    }
    next.run(request).await
}
