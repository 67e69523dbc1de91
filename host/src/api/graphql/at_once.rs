use std::sync::Arc;

use async_graphql::Context;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::service::ServiceError;

use super::error::failed;

/// Resolvers of one request, or of one connection, that ask the database at the same time: the others wait, so that
/// nobody takes all connections to it.
const MOST: usize = 4;

/// Places for those that ask the database.
#[derive(Clone)]
pub(super) struct AtOnce(Arc<Semaphore>);

impl AtOnce {
    /// Of one request, or of one connection.
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }

    /// A place, until it is dropped.
    pub(super) async fn take<'a>(context: &Context<'a>) -> async_graphql::Result<SemaphorePermit<'a>> {
        let Self(places) = context.data::<Self>()?;
        places.acquire().await.map_err(|closed| failed(ServiceError::Internal(closed.into())))
    }
}
