use std::sync::Arc;

use async_graphql::{Context, Error};

use tokio::sync::SemaphorePermit;

use super::{at_once::AtOnce, error::failed, loaders::Loaders};
use crate::{
    access::Caller,
    service::{Platform, ServiceError},
};

/// What a resolver works with: the host, and whoever asks.
pub(super) struct Asked<'a> {
    pub(super) platform: &'a Arc<Platform>,
    pub(super) caller: &'a Caller,
    pub(super) loaders: &'a Loaders,
    /// Held while the database is asked.
    pub(super) place: Option<SemaphorePermit<'a>>,
}

impl<'a> Asked<'a> {
    /// For what loaders read: they ask once for all that want something.
    pub(super) fn of(context: &Context<'a>) -> Result<Self, Error> {
        let (platform, caller, loaders) = (context.data()?, context.data()?, context.data()?);
        Ok(Self { platform, caller, loaders, place: None })
    }

    /// For what asks by itself: not many do so at the same time.
    pub(super) async fn queued(context: &Context<'a>) -> Result<Self, Error> {
        let place = Some(AtOnce::take(context).await?);
        Ok(Self { place, ..Self::of(context)? })
    }
}

/// An answer of the service layer as GraphQL gives it.
pub(super) fn shown<T>(answer: Result<T, ServiceError>) -> async_graphql::Result<T> {
    answer.map_err(failed)
}
