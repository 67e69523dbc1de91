use async_graphql::{ComplexObject, Context, Object, Result, connection::Connection};
use serde_json::Value;
use uuid::Uuid;

use super::{
    asked::{Asked, shown},
    connection::connection,
    paging::{HEAVY, cost, window},
};
use crate::service::{
    ServiceError, backtests,
    exports::{self, Export},
    jobs::{self, Backtest},
    views::{BacktestRun, Job, Upload},
};

#[derive(Default)]
pub(super) struct BacktestQueries;

#[Object]
impl BacktestQueries {
    /// Recorded backtests, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn backtest_results(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, BacktestRun>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let listed = shown(backtests::list(platform, caller, window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// Jobs that were asked for, backtests and exports, newest first.
    #[graphql(complexity = "cost(first, limit, child_complexity)")]
    async fn jobs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, 1 to 1,000; 50 unless said.")] first: Option<i64>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "Another word for `first`.")] limit: Option<i64>,
    ) -> Result<Connection<String, Job>> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let window = window(first, after.as_deref(), limit)?;
        let listed = shown(jobs::list(platform, caller, window).await)?;
        Ok(connection(listed, after.is_none()))
    }

    /// A job that was asked for.
    async fn job(&self, context: &Context<'_>, id: Uuid) -> Result<Job> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(jobs::get(platform, caller, id).await)
    }
}

#[derive(Default)]
pub(super) struct BacktestMutations;

#[Object]
impl BacktestMutations {
    /// Keeps a file for a day, so that a backtest can go through it.
    async fn upload_file(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "CSV, with a header.")] content: String,
    ) -> Result<Upload> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(jobs::upload(platform, caller, content.as_bytes()).await)
    }

    /// Asks for a backtest of stored rows or of files that were handed in, with what runs now. It is made in the
    /// background: see `job`.
    async fn run_backtest(&self, context: &Context<'_>, input: Backtest) -> Result<Job> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(jobs::start_backtest(platform, caller, input).await)
    }

    /// Asks for a whole list as a file. It is made in the background: see `job`. REST has the file, at
    /// `/api/jobs/{id}/result`, for a day.
    async fn start_export(&self, context: &Context<'_>, input: Export) -> Result<Job> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(exports::start(platform, caller, input).await)
    }

    /// Ends a job that is not over; nothing of it is kept.
    async fn cancel_job(&self, context: &Context<'_>, id: Uuid) -> Result<Job> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        shown(jobs::cancel(platform, caller, id).await)
    }
}

#[ComplexObject]
impl BacktestRun {
    /// The result as `host backtest --out` writes it, by docs/result.schema.json. It may be large: ask for it one by one.
    #[graphql(complexity = "HEAVY")]
    async fn result(&self, context: &Context<'_>) -> Result<Value> {
        let Asked { platform, caller, place: _place, .. } = Asked::queued(context).await?;
        let bytes = shown(backtests::result(platform, caller, self.id).await)?;
        shown(serde_json::from_slice(&bytes).map_err(|error| ServiceError::Internal(error.into())))
    }
}
