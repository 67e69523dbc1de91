use async_graphql::{ComplexObject, Context, InputObject, Object, Result, connection::Connection};
use uuid::Uuid;

use super::{
    asked::{Asked, shown},
    connection::connection,
    loaders::DecisionId,
    paging::{cost, window},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType, SubjectType},
    },
    service::{
        ServiceError,
        actions::{self, ActionFilter, ExecuteAction},
        views::{Action, Decision},
    },
    store::page::Period,
};

/// Which actions to find; all where nothing is said.
#[derive(Default, InputObject)]
#[graphql(name = "ActionFilter")]
struct Filter {
    /// Of this type.
    #[graphql(name = "type")]
    action_type: Option<ActionType>,
    /// This far.
    status: Option<ActionStatus>,
    /// Those that succeeded and were not undone, or those that failed: a short form of `status`.
    success: Option<bool>,
    /// Done to this kind of thing.
    subject_type: Option<SubjectType>,
    /// Done to the thing of this name.
    subject: Option<String>,
    /// Asked for at this moment or later.
    start_date: Option<Timestamp>,
    /// Asked for before this moment.
    end_date: Option<Timestamp>,
}

impl TryFrom<Filter> for ActionFilter {
    type Error = ServiceError;

    fn try_from(filter: Filter) -> Result<Self, ServiceError> {
        let status = match (filter.status, filter.success) {
            (Some(_), Some(_)) => {
                return Err(ServiceError::invalid("success", "say `success` or `status`, not both"));
            }
            (status, None) => status,
            (None, Some(true)) => Some(ActionStatus::Succeeded),
            (None, Some(false)) => Some(ActionStatus::Failed),
        };
        Ok(Self {
            action_type: filter.action_type,
            status,
            subject_type: filter.subject_type,
            subject: filter.subject,
            requested: Period { from: filter.start_date, until: filter.end_date },
        })
    }
}

#[derive(Default)]
pub(super) struct ActionQueries;

#[Object]
impl ActionQueries {
    /// Actions, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn action_history(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<Filter>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Action>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let filter = shown(filter.unwrap_or_default().try_into())?;
        let listed = shown(actions::list(platform, caller, &filter, window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// One action.
    async fn action(&self, context: &Context<'_>, id: Uuid) -> Result<Action> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(actions::get(platform, caller, id).await)
    }
}

#[derive(Default)]
pub(super) struct ActionMutations;

#[Object]
impl ActionMutations {
    /// Does something about an anomaly by hand. What was done before to the same thing, following the same revision of
    /// the decision, is answered and not repeated.
    async fn execute_action(&self, context: &Context<'_>, input: ExecuteAction) -> Result<Action> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(actions::execute(platform, caller, input).await)
    }

    /// Undoes an action. Asked for twice it is done once.
    async fn rollback_action(
        &self,
        context: &Context<'_>,
        id: Uuid,
        #[graphql(
            desc = "Why, at most 1,000 characters. It is kept for ever, so it must not name a trader."
        )]
        reason: String,
    ) -> Result<Action> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(actions::roll_back(platform, caller, id, &reason).await)
    }
}

#[ComplexObject]
impl Action {
    /// The decision behind it.
    async fn decision(&self, context: &Context<'_>) -> Result<Option<Decision>> {
        Asked::of(context)?.loaders.load_one(DecisionId(self.decision_id)).await
    }
}
