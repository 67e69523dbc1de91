//! The OpenAPI document at `/api/openapi.json`, and a page that shows it at `/api/docs`.

use std::sync::Arc;

use axum::Router;
use utoipa_swagger_ui::SwaggerUi;

use super::document::document;
use crate::service::Platform;

pub(super) fn routes() -> Router<Arc<Platform>> {
    SwaggerUi::new("/api/docs").external_url_unchecked("/api/openapi.json", document()).into()
}
