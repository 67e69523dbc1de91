use tracing::Instrument as _;

use super::{Result, ServiceError};

/// Does something to its end, even if whoever asked for it goes away meanwhile or has waited for too long: half a change
/// of what runs would be none that anybody asked for.
///
/// # Errors
///
/// What the work says, or that it panicked.
pub(super) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|error| Err(ServiceError::Internal(error.into())))
}
