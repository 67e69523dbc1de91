//! Whether a caller may ask at all is found out before anything else of a request is looked at.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use super::{Problem, operations::Operations};
use crate::access::{Caller, Scope};

/// What operations ask for.
pub(super) type Scopes = Arc<Operations<Option<Scope>>>;

/// Those that a document names.
pub(super) fn of(document: &Value) -> Scopes {
    let scope = |operation: &Value| Scope::parse(operation["security"][0]["key"][0].as_str()?);
    Arc::new(Operations::of(document, scope))
}

/// Refuses callers whose scopes are not enough.
pub(super) async fn check(
    State(scopes): State<Scopes>,
    path: MatchedPath,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let needed = scopes.get(&path, request.method()).copied().flatten();
    match needed.map_or(Ok(()), |needed| caller.check(needed)) {
        Ok(()) => next.run(request).await,
        Err(error) => Problem::from(error).into_response(),
    }
}
