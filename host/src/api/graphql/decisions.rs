use async_graphql::{ComplexObject, Context, InputObject, Object, Result, connection::Connection};
use uuid::Uuid;

use super::{
    asked::{Asked, shown},
    connection::connection,
    loaders::{ActionsOf, AnomalyId, RevisionsOf},
    paging::{cost, window},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    },
    service::{
        decisions::{self, DecisionFilter, OverrideDecision},
        views::{Action, Anomaly, Decision, DecisionRevision},
    },
    store::page::Period,
};

/// Which decisions to find; all where nothing is said.
#[derive(Default, InputObject)]
#[graphql(name = "DecisionFilter")]
struct Filter {
    /// Decisions to do this.
    decision: Option<DecisionType>,
    /// That are this far.
    status: Option<DecisionStatus>,
    /// That were made so.
    decided_by: Option<DecidedBy>,
    /// For which a model of this provider was asked.
    provider: Option<String>,
    /// At least this sure, 0 to 1.
    min_confidence: Option<f64>,
    /// At most this sure, 0 to 1.
    max_confidence: Option<f64>,
    /// Made at this moment or later.
    start_date: Option<Timestamp>,
    /// Made before this moment.
    end_date: Option<Timestamp>,
}

impl From<Filter> for DecisionFilter {
    fn from(filter: Filter) -> Self {
        Self {
            decision: filter.decision,
            status: filter.status,
            decided_by: filter.decided_by,
            provider: filter.provider,
            min_confidence: filter.min_confidence,
            max_confidence: filter.max_confidence,
            decided: Period { from: filter.start_date, until: filter.end_date },
        }
    }
}

#[derive(Default)]
pub(super) struct DecisionQueries;

#[Object]
impl DecisionQueries {
    /// Decisions, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn decisions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<Filter>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Decision>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let filter = filter.unwrap_or_default().into();
        let listed = shown(decisions::list(platform, caller, &filter, window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// One decision.
    async fn decision(&self, context: &Context<'_>, id: Uuid) -> Result<Decision> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(decisions::get(platform, caller, id).await)
    }

    /// Decisions that wait for a person, longest waiting first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn review_queue(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Decision>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let listed = shown(decisions::for_review(platform, caller, window).await)?;
        Ok(connection(listed, after.is_none()))
    }
}

#[derive(Default)]
pub(super) struct DecisionMutations;

#[Object]
impl DecisionMutations {
    /// Has the policies decide about an anomaly that nobody decided about yet, or that waits for an answer. A decision
    /// that is made stays as it is and is answered.
    async fn make_decision(&self, context: &Context<'_>, anomaly_id: Uuid) -> Result<Decision> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(decisions::decide(platform, caller, anomaly_id).await)
    }

    /// Puts your decision in the place of the current one. Nothing is done or undone by that: see `executeAction` and
    /// `rollbackAction`. Asked for twice it is done once.
    async fn override_decision(
        &self,
        context: &Context<'_>,
        id: Uuid,
        input: OverrideDecision,
    ) -> Result<Decision> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(decisions::overrule(platform, caller, id, &input).await)
    }
}

#[ComplexObject]
impl Decision {
    /// What it is about.
    async fn anomaly(&self, context: &Context<'_>) -> Result<Option<Anomaly>> {
        Asked::of(context)?.loaders.load_one(AnomalyId(self.anomaly_id)).await
    }

    /// What was done because of it, oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn actions(&self, context: &Context<'_>) -> Result<Vec<Action>> {
        Ok(Asked::of(context)?.loaders.load_one(ActionsOf(self.id)).await?.unwrap_or_default())
    }

    /// What it was before, oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn revisions(&self, context: &Context<'_>) -> Result<Vec<DecisionRevision>> {
        Ok(Asked::of(context)?.loaders.load_one(RevisionsOf(self.id)).await?.unwrap_or_default())
    }
}
