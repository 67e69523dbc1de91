//! Errors as GraphQL says them: a sentence, and a code for programs.

use async_graphql::{Error, ErrorExtensions as _};

use crate::service::ServiceError;

/// Writes down what failed inside, and says the rest to the caller.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
pub(super) fn failed(error: ServiceError) -> Error {
    if let ServiceError::Internal(inside) = &error {
        tracing::error!("{inside:#}");
    }
    let (code, retry_after) = (error.code(), error.retry_after());
    Error::new(error.to_string()).extend_with(|_, extensions| {
        extensions.set("code", code);
        if let Some(wait) = retry_after {
            extensions.set("retryAfter", wait.as_secs().max(1));
        }
    })
}
