//! What is handed in to the intake, and waits for what its rows come to.

use std::collections::HashSet;

use tokio::sync::{mpsc, oneshot};
use tracing::Span;
use uuid::Uuid;

use super::{
    arrivals::Taken,
    desk::{Arrivals, Delivery},
    lane::UnderWay,
};
use crate::store::error::{Result, StoreError};

/// Rows of input that weigh as much as a request: so much faster they are written than what is found in them.
const ROWS_A_REQUEST: usize = 64;

/// Rows, and whom to answer.
pub(super) struct Request {
    pub(super) delivery: Delivery,
    pub(super) arrivals: Coming,
    pub(super) lane: UnderWay,
    pub(super) span: Span,
    pub(super) answer: oneshot::Sender<Result<Taken>>,
}

/// What rows come to, once that is known.
pub(super) enum Coming {
    Awaited(oneshot::Receiver<Arrivals>),
    Known(Arrivals),
    /// Whoever handed in the rows has given up.
    Never,
}

impl Request {
    pub(super) fn is_known(&self) -> bool {
        matches!(self.arrivals, Coming::Known(_) | Coming::Never)
    }

    /// Is handed in once more when it is known what its rows come to.
    pub(super) async fn come_again(mut self, queue: mpsc::WeakSender<Self>) {
        if let Err(error) = self.arrivals().await {
            return self.reply(Err(error));
        }
        let Some(queue) = queue.upgrade() else { return self.reply(Err(StoreError::Abandoned)) };
        if let Err(refused) = queue.try_send(self) {
            refused.into_inner().reply(Err(StoreError::Overloaded));
        }
    }

    /// What its rows come to.
    pub(super) async fn arrivals(&mut self) -> Result<&Arrivals> {
        if let Coming::Awaited(coming) = &mut self.arrivals {
            self.arrivals = coming.await.map_or(Coming::Never, Coming::Known);
        }
        match &self.arrivals {
            Coming::Known(arrivals) => Ok(arrivals),
            Coming::Awaited(_) | Coming::Never => Err(StoreError::Abandoned),
        }
    }

    pub(super) fn weight(&self) -> usize {
        self.delivery.rows.len() / ROWS_A_REQUEST + 1
    }

    pub(super) fn reply(self, taken: Result<Taken>) {
        // Nobody listens if it was given up meanwhile.
        drop(self.answer.send(taken));
    }

    /// Answers with what is about its own anomalies.
    pub(super) fn reply_part(self, taken: &Taken) {
        let Coming::Known(arrivals) = &self.arrivals else { return };
        let opened = arrivals.opened.iter().map(|anomaly| anomaly.reference().id());
        let later = arrivals.later.iter().map(|later| later.anomaly.id());
        let own: HashSet<Uuid> = opened.chain(later).collect();
        let recorded = taken.recorded.about(&own);
        self.reply(Ok(Taken { recorded, blocks: taken.blocks.clone() }));
    }
}
