//! Who sends a request.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{client_address::ClientAddress, rest::Problem};
use crate::{
    access::Caller,
    service::{Platform, Result},
};

/// Gives the handlers an `Extension<Caller>`, or refuses. Each request is charged one unit.
pub(super) async fn identify(
    State(platform): State<Arc<Platform>>,
    Extension(client): Extension<ClientAddress>,
    mut request: Request,
    next: Next,
) -> Response {
    match caller(&platform, client, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn caller(platform: &Platform, client: ClientAddress, headers: &HeaderMap) -> Result<Caller> {
    // What is no text is no credential either, and is refused as one.
    let header = headers.get(AUTHORIZATION).map(|header| header.to_str().unwrap_or_default());
    let caller = platform.access.authenticate(header, client.0).await?;
    tracing::Span::current().record("caller", &caller.name);
    platform.access.charge(&caller, 1)?;
    Ok(caller)
}
