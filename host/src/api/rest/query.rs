//! Parameters that many operations share.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{Problem, format::Format};
use crate::{
    domain::time::Timestamp,
    service::page,
    store::page::{Period, Window},
};

/// A stretch of time; open where nothing is said.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Within {
    /// From this moment on.
    start_date: Option<Timestamp>,
    /// Before this moment.
    end_date: Option<Timestamp>,
}

impl From<Within> for Period {
    fn from(within: Within) -> Self {
        Self { from: within.start_date, until: within.end_date }
    }
}

/// A page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Turn {
    /// How many at most; 50 where nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    first: Option<i64>,
    /// `nextCursor` of the page before.
    after: Option<String>,
}

impl Turn {
    /// What to read.
    pub(super) fn window(&self) -> Result<Window, Problem> {
        page::window(self.first, self.after.as_deref()).map_err(Problem::of_parameter)
    }
}

/// How an export is written.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Written {
    /// Where nothing is said, the header `Accept` says it; else it is NDJSON.
    #[param(inline)]
    pub(super) format: Option<Format>,
}

/// Whose figures.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct OfUser {
    /// The trader.
    pub(super) user_id: String,
}
