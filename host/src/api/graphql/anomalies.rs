use std::sync::Arc;

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, connection::Connection};
use uuid::Uuid;

use super::{connection::connection, error::failed};
use crate::{
    access::Caller,
    domain::{finding::Severity, time::Timestamp, vocabulary::AnomalyType},
    service::{
        Platform,
        anomalies::{self, AnomalyFilter},
        page,
        views::{Anomaly, AnomalyFamily},
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
pub(super) struct Anomalies;

#[Object]
impl Anomalies {
    /// Anomalies, newest first.
    async fn anomalies(
        &self,
        context: &Context<'_>,
        filter: Option<Filter>,
        first: Option<i64>,
        after: Option<String>,
    ) -> Result<Connection<String, Anomaly>> {
        let (platform, caller) = (context.data::<Arc<Platform>>()?, context.data::<Caller>()?);
        let window = page::window(first, after.as_deref()).map_err(failed)?;
        let filter = filter.unwrap_or_default().into();
        let listed = anomalies::list(platform, caller, &filter, window).await.map_err(failed)?;
        Ok(connection(listed, after.is_none()))
    }

    /// One anomaly.
    async fn anomaly(&self, context: &Context<'_>, id: Uuid) -> Result<Anomaly> {
        let (platform, caller) = (context.data::<Arc<Platform>>()?, context.data::<Caller>()?);
        anomalies::get(platform, caller, id).await.map_err(failed)
    }
}

#[ComplexObject]
impl Anomaly {}

#[ComplexObject]
impl crate::service::views::Decision {}

#[ComplexObject]
impl crate::service::views::Action {}

#[ComplexObject]
impl crate::service::views::Notification {}
