//! GraphQL at `/graphql`.

mod anomalies;
mod connection;
mod error;
mod scalars;

use std::sync::Arc;

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, Schema};
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::{Extension, Router, extract::State, routing::post};

use crate::{access::Caller, service::Platform};

/// All queries.
#[derive(Default, MergedObject)]
pub struct Query(anomalies::Anomalies);

/// The schema.
pub type VyomoSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema over a platform.
pub fn schema(platform: &Arc<Platform>) -> VyomoSchema {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription).data(Arc::clone(platform)).finish()
}

pub(super) fn routes(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    Router::new().route("/graphql", post(answer)).layer(Extension(schema(platform)))
}

async fn answer(
    State(_): State<Arc<Platform>>,
    Extension(schema): Extension<VyomoSchema>,
    Extension(caller): Extension<Caller>,
    request: GraphQLRequest,
) -> GraphQLResponse {
    schema.execute(request.into_inner().data(caller)).await.into()
}
