use async_graphql::{ComplexObject, Context, InputObject, Object, Result, connection::Connection};
use uuid::Uuid;

use super::{
    asked::{Asked, shown},
    connection::connection,
    loaders::{BlocksAbout, DecisionAbout},
    paging::{FIGURES, cost, window},
};
use crate::{
    domain::{finding::Severity, time::Timestamp, vocabulary::AnomalyType},
    service::{
        anomalies::{self, AnomalyFilter},
        statistics,
        views::{Anomaly, AnomalyFamily, BehaviorStats, Block, ConflictStats, Decision},
    },
    store::page::Period,
};

/// Which anomalies to find; all where nothing is said.
#[derive(Default, InputObject)]
#[graphql(name = "AnomalyFilter")]
struct Filter {
    /// Of this family.
    family: Option<AnomalyFamily>,
    /// About this symbol.
    symbol: Option<String>,
    /// About this trader.
    user_id: Option<String>,
    /// Of this type.
    #[graphql(name = "type")]
    anomaly_type: Option<AnomalyType>,
    /// Of this severity.
    severity: Option<Severity>,
    /// Opened at this moment or later.
    start_date: Option<Timestamp>,
    /// Opened before this moment.
    end_date: Option<Timestamp>,
    /// About which a person said that they are real, or not.
    is_real: Option<bool>,
}

impl From<Filter> for AnomalyFilter {
    fn from(filter: Filter) -> Self {
        Self {
            family: filter.family,
            symbol: filter.symbol,
            user_id: filter.user_id,
            anomaly_type: filter.anomaly_type,
            severity: filter.severity,
            opened: Period { from: filter.start_date, until: filter.end_date },
            is_real: filter.is_real,
        }
    }
}

#[derive(Default)]
pub(super) struct AnomalyQueries;

#[Object]
impl AnomalyQueries {
    /// Anomalies, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn anomalies(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<Filter>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Anomaly>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let filter = filter.unwrap_or_default().into();
        let listed = shown(anomalies::list(platform, caller, &filter, window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// One anomaly.
    async fn anomaly(&self, context: &Context<'_>, id: Uuid) -> Result<Anomaly> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(anomalies::get(platform, caller, id).await)
    }

    /// How the algorithms that work for a user contradict each other; null where they do not.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn conflict_stats(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The user.")] user_id: String,
        #[graphql(desc = "Opened at this moment or later.")] start_date: Option<Timestamp>,
        #[graphql(desc = "Opened before this moment.")] end_date: Option<Timestamp>,
    ) -> Result<Option<ConflictStats>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let opened = Period { from: start_date, until: end_date };
        shown(statistics::conflict_stats(platform, caller, &user_id, opened).await)
    }

    /// What is out of the ordinary in how a trader trades; null where nothing is.
    #[graphql(complexity = "FIGURES + child_complexity")]
    async fn behavior_stats(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The trader.")] user_id: String,
        #[graphql(desc = "Opened at this moment or later.")] start_date: Option<Timestamp>,
        #[graphql(desc = "Opened before this moment.")] end_date: Option<Timestamp>,
    ) -> Result<Option<BehaviorStats>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let opened = Period { from: start_date, until: end_date };
        shown(statistics::behavior_stats(platform, caller, &user_id, opened).await)
    }
}

#[derive(Default)]
pub(super) struct AnomalyMutations;

#[Object]
impl AnomalyMutations {
    /// Takes down that you say an anomaly is real, or is not. Said twice it is taken down once.
    async fn mark_anomaly_as_real(
        &self,
        context: &Context<'_>,
        id: Uuid,
        #[graphql(desc = "False where it is not real.", default = true)] is_real: bool,
    ) -> Result<Anomaly> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(anomalies::mark(platform, caller, id, is_real).await)
    }
}

#[ComplexObject]
impl Anomaly {
    /// The decision about it, once there is one.
    async fn decision(&self, context: &Context<'_>) -> Result<Option<Decision>> {
        Asked::of(context)?.loaders.load_one(DecisionAbout(self.reference())).await
    }

    /// The blocks about it, its decision and its actions, oldest first, at most 100.
    #[graphql(complexity = "10 * child_complexity")]
    async fn blocks(&self, context: &Context<'_>) -> Result<Vec<Block>> {
        let found = Asked::of(context)?.loaders.load_one(BlocksAbout(self.reference())).await?;
        Ok(found.unwrap_or_default())
    }
}
