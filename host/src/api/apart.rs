//! What is finished though nobody may wait for it any more.

use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::RequestId;
use crate::service::Platform;

/// Goes on with something by itself, in the span and under the id of the request that asks for it: its client may
/// leave. A host that stops waits for it, within its bounds.
pub(super) fn apart<F>(platform: &Platform, work: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let work = platform.feed.attend(work.in_current_span());
    match RequestId::current() {
        Some(id) => tokio::spawn(id.over(work)),
        None => tokio::spawn(work),
    }
}
