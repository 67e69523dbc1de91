use std::sync::Arc;

use async_graphql::{Context, Error, ErrorExtensions as _, Result, SimpleObject, Subscription};
use futures::{Stream, StreamExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::failed;
use crate::{
    access::Caller,
    feed::{
        ActionInterest, AnomalyInterest, BlockInterest, DecisionInterest, Delivery, Event, Interest,
        NotificationInterest, Record,
    },
    service::{
        Platform, ServiceError, subscriptions,
        views::{Action, Anomaly, Block, Dashboard, Decision, Notification},
    },
};

/// An anomaly was found.
#[derive(SimpleObject)]
struct AnomalyEvent {
    /// The block that says so; resume after it.
    block_number: u64,
    /// The anomaly as it is by now.
    anomaly: Arc<Anomaly>,
}

/// A decision was made, or made anew.
#[derive(SimpleObject)]
struct DecisionEvent {
    /// The block that says so; resume after it.
    block_number: u64,
    /// The decision as it is by now.
    decision: Arc<Decision>,
}

/// An action was executed, or rolled back.
#[derive(SimpleObject)]
struct ActionEvent {
    /// The block that says so; resume after it.
    block_number: u64,
    /// The action as it is by now.
    action: Arc<Action>,
}

/// A notification was sent.
#[derive(SimpleObject)]
struct NotificationEvent {
    /// The block that says so; resume after it.
    block_number: u64,
    /// The notification as it is by now.
    notification: Arc<Notification>,
}

/// The ledger has a new block.
#[derive(SimpleObject)]
struct BlockEvent {
    /// Its number; resume after it.
    block_number: u64,
    /// The block.
    block: Arc<Block>,
}

/// The dashboard has changed.
#[derive(SimpleObject)]
struct DashboardEvent {
    /// The newest block that it takes in for sure.
    block_number: u64,
    /// What is going on.
    dashboard: Arc<Dashboard>,
}

/// Places for subscriptions on one connection.
#[derive(Clone)]
pub(super) struct Places(pub(super) Arc<Semaphore>);

/// All subscriptions. Each goes on from now, or after the block `startAfter`, with what happened since then first. Who
/// takes less than happens gets an error LAGGED that says how much was missed and after which block to resume.
#[derive(Default)]
pub struct Subscriptions;

#[Subscription(name = "Subscription")]
impl Subscriptions {
    /// Anomalies as they are found.
    async fn anomaly_detected(
        &self,
        context: &Context<'_>,
        filter: Option<AnomalyInterest>,
        start_after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<AnomalyEvent>>> {
        let interest = Interest::Anomalies(filter.unwrap_or_default());
        events(context, interest, start_after, |block_number, record| match record {
            Record::Anomaly(anomaly) => Some(AnomalyEvent { block_number, anomaly }),
            _ => None,
        })
        .await
    }

    /// Decisions as they are made, anew too.
    async fn decision_made(
        &self,
        context: &Context<'_>,
        filter: Option<DecisionInterest>,
        start_after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<DecisionEvent>>> {
        let interest = Interest::Decisions(filter.unwrap_or_default());
        events(context, interest, start_after, |block_number, record| match record {
            Record::Decision(decision) => Some(DecisionEvent { block_number, decision }),
            _ => None,
        })
        .await
    }

    /// Actions as they are executed, or rolled back.
    async fn action_executed(
        &self,
        context: &Context<'_>,
        filter: Option<ActionInterest>,
        start_after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<ActionEvent>>> {
        let interest = Interest::Actions(filter.unwrap_or_default());
        events(context, interest, start_after, |block_number, record| match record {
            Record::Action(action) => Some(ActionEvent { block_number, action }),
            _ => None,
        })
        .await
    }

    /// Notifications as they are sent.
    async fn notification_sent(
        &self,
        context: &Context<'_>,
        filter: Option<NotificationInterest>,
        start_after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<NotificationEvent>>> {
        let interest = Interest::Notifications(filter.unwrap_or_default());
        events(context, interest, start_after, |block_number, record| match record {
            Record::Notification(notification) => Some(NotificationEvent { block_number, notification }),
            _ => None,
        })
        .await
    }

    /// Blocks as they are added to the ledger.
    async fn block_added(
        &self,
        context: &Context<'_>,
        filter: Option<BlockInterest>,
        start_after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<BlockEvent>>> {
        let interest = Interest::Blocks(filter.unwrap_or_default());
        events(context, interest, start_after, |block_number, record| match record {
            Record::Block(block) => Some(BlockEvent { block_number, block }),
            _ => None,
        })
        .await
    }

    /// The dashboard: first as it is, then as it changes, at most once a second.
    async fn dashboard_updated(
        &self,
        context: &Context<'_>,
    ) -> Result<impl Stream<Item = Result<DashboardEvent>>> {
        let (platform, caller) = (context.data::<Arc<Platform>>()?, context.data::<Caller>()?);
        let place = take_place(context)?;
        let states = subscriptions::watch_dashboard(Arc::clone(platform), caller.clone()).map_err(failed)?;
        Ok(holding(place, states).map(|state| {
            let state = state.map_err(failed)?;
            Ok(DashboardEvent { block_number: state.block_number, dashboard: state.dashboard })
        }))
    }
}

/// What is of interest, as items of one type.
async fn events<E: 'static>(
    context: &Context<'_>,
    interest: Interest,
    start_after: Option<u64>,
    item: fn(u64, Record) -> Option<E>,
) -> Result<impl Stream<Item = Result<E>> + use<E>> {
    let (platform, caller) = (context.data::<Arc<Platform>>()?, context.data::<Caller>()?);
    let place = take_place(context)?;
    let subscription =
        subscriptions::subscribe(platform, caller, interest, start_after).await.map_err(failed)?;
    Ok(Box::pin(holding(place, subscription.into_stream()).filter_map(move |delivery| {
        std::future::ready(match delivery {
            Ok(Delivery::Item(event)) => {
                let Event { block_number, record } = Event::clone(&event);
                item(block_number, record).map(Ok)
            }
            Ok(Delivery::Lagged { missed, resume_after }) => Some(Err(lagged(missed, resume_after))),
            Err(error) => Some(Err(failed(error))),
        })
    })))
}

fn lagged(missed: u64, resume_after: u64) -> Error {
    let text = format!(
        "{missed} events were left out, since too many waited to be taken; subscribe again with startAfter: {resume_after}"
    );
    Error::new(text).extend_with(|_, extensions| {
        extensions.set("code", "LAGGED");
        extensions.set("missed", missed);
        extensions.set("resumeAfter", resume_after);
    })
}

/// A stream that lets go of something when it is dropped.
pub(super) fn holding<H, S: Stream>(held: H, stream: S) -> impl Stream<Item = S::Item> + use<H, S> {
    stream.scan(held, |_, item| std::future::ready(Some(item)))
}

/// A place on the connection, held as long as the subscription is there.
fn take_place(context: &Context<'_>) -> Result<Option<OwnedSemaphorePermit>> {
    let Some(Places(places)) = context.data_opt::<Places>() else { return Ok(None) };
    let place = Arc::clone(places).try_acquire_owned().map_err(|_| {
        let reason = "this connection has as many subscriptions as it may; open another one, or end some";
        failed(ServiceError::Conflict { reason: reason.to_owned() })
    })?;
    Ok(Some(place))
}
