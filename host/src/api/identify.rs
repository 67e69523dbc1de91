//! Who sends a request.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::rest::Problem;
use crate::{
    access::Caller,
    service::{Platform, ServiceError},
};

/// Gives the handlers an `Extension<Caller>`, or refuses.
pub(super) async fn identify(
    State(platform): State<Arc<Platform>>,
    mut request: Request,
    next: Next,
) -> Response {
    if !platform.config.server.development {
        let reason = "send `Authorization: Bearer` and an API key".to_owned();
        return Problem::from(ServiceError::Unauthenticated { reason }).into_response();
    }
    request.extensions_mut().insert(Caller::development());
    next.run(request).await
}
