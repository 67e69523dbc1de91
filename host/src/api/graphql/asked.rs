use std::sync::Arc;

use async_graphql::{Context, Error};

use super::{error::failed, loaders::Loaders};
use crate::{
    access::Caller,
    service::{Platform, ServiceError},
};

/// What a resolver works with: the host, and whoever asks.
pub(super) struct Asked<'a> {
    pub(super) platform: &'a Arc<Platform>,
    pub(super) caller: &'a Caller,
    pub(super) loaders: &'a Loaders,
}

impl<'a> Asked<'a> {
    pub(super) fn of(context: &Context<'a>) -> Result<Self, Error> {
        Ok(Self { platform: context.data()?, caller: context.data()?, loaders: context.data()? })
    }
}

/// An answer of the service layer as GraphQL gives it.
pub(super) fn shown<T>(answer: Result<T, ServiceError>) -> async_graphql::Result<T> {
    answer.map_err(failed)
}
