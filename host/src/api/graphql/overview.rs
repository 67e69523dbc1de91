use async_graphql::{Context, Object, Result};

use super::{
    asked::{Asked, shown},
    paging::FIGURES,
};
use crate::{
    domain::time::Timestamp,
    service::{
        dashboard, metrics, system,
        views::{Dashboard, Health, Metrics, Version},
    },
    store::page::Period,
};

#[derive(Default)]
pub(super) struct OverviewQueries;

#[Object]
impl OverviewQueries {
    /// What is going on, at a glance.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn dashboard(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Counts from this moment on; from a day ago unless said.")] since: Option<Timestamp>,
    ) -> Result<Dashboard> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(dashboard::dashboard(platform, caller, since).await)
    }

    /// How well the platform does its work.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn metrics(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "From this moment on; from a day before the end unless said.")] start_date: Option<
            Timestamp,
        >,
        #[graphql(desc = "Up to this moment; now unless said.")] end_date: Option<Timestamp>,
    ) -> Result<Metrics> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let period = Period { from: start_date, until: end_date };
        shown(metrics::metrics(platform, caller, period).await)
    }

    /// How the platform is.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn health(&self, context: &Context<'_>) -> Result<Health> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(system::health(platform, caller).await)
    }

    /// What runs here.
    async fn version(&self) -> Version {
        system::version()
    }
}
