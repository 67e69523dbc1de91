//! GraphQL at `/graphql`.

mod actions;
mod anomalies;
mod answer;
mod asked;
mod at_once;
mod backtests;
mod connection;
mod decisions;
mod error;
mod http;
mod incoming;
mod ingest;
mod ledger;
mod loaders;
mod notifications;
mod operations;
mod overview;
mod paging;
mod question;
mod running;
mod scalars;
mod session;
mod socket;
mod subscriptions;
mod turns;

use std::sync::Arc;

use async_graphql::{MergedObject, Schema};

use crate::{config::GraphqlConfig, service::Platform};
use subscriptions::Subscriptions;

pub(super) use http::{public_routes, routes};
pub(super) use socket::routes as socket_routes;

/// What may be asked.
#[derive(Default, MergedObject)]
pub struct Query(
    anomalies::AnomalyQueries,
    decisions::DecisionQueries,
    actions::ActionQueries,
    notifications::NotificationQueries,
    ledger::LedgerQueries,
    overview::OverviewQueries,
    running::RunningQueries,
    backtests::BacktestQueries,
);

/// What may be done.
#[derive(Default, MergedObject)]
pub struct Mutation(
    anomalies::AnomalyMutations,
    decisions::DecisionMutations,
    actions::ActionMutations,
    notifications::NotificationMutations,
    running::RunningMutations,
    ingest::IngestMutations,
    backtests::BacktestMutations,
);

/// The schema.
pub type VyomoSchema = Schema<Query, Mutation, Subscriptions>;

/// The schema over a platform.
pub fn schema(platform: &Arc<Platform>) -> VyomoSchema {
    let config = &platform.config.graphql;
    let schema = bounded(config).data(Arc::clone(platform));
    if config.introspection || platform.config.server.development {
        schema.finish()
    } else {
        schema.disable_introspection().disable_suggestions().finish()
    }
}

/// The schema as its clients read it, in GraphQL's schema definition language.
pub fn sdl() -> String {
    bounded(&GraphqlConfig::default()).finish().sdl()
}

fn bounded(config: &GraphqlConfig) -> async_graphql::SchemaBuilder<Query, Mutation, Subscriptions> {
    Schema::build(Query::default(), Mutation::default(), Subscriptions)
        .limit_depth(config.max_depth)
        .limit_complexity(config.max_complexity)
        .limit_directives(DIRECTIVES)
}

/// Most directives of one field.
const DIRECTIVES: usize = 8;
