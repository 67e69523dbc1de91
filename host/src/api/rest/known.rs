//! Parameters that an operation does not know are refused: a filter that is misspelt must not give everything.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use url::form_urlencoded;

use super::{Problem, operations::Operations};

/// Names of query parameters.
pub(super) type Known = Arc<Operations<BTreeSet<String>>>;

/// Those of a document.
pub(super) fn of(document: &Value) -> Known {
    Arc::new(Operations::of(document, names))
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
    let names = known.get(&path, request.method()).cloned().unwrap_or_default();
    let asked = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
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
