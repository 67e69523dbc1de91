//! What hangs on many records at once is read in one statement, however many ask for it.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::{
    Error,
    dataloader::{DataLoader, Loader},
};
use futures::{FutureExt as _, future::BoxFuture};
use tracing::Instrument as _;
use uuid::Uuid;

use super::asked::shown;
use crate::{
    access::Caller,
    service::{
        Platform, actions, anomalies, decisions,
        views::{Action, Anomaly, Block, Decision, DecisionRevision},
    },
    store::{anomalies::AnomalyRef, page::Window},
};

/// Reads on behalf of one caller.
pub(super) struct Reader {
    platform: Arc<Platform>,
    caller: Caller,
}

/// Collects what is asked for at the same time. Nothing is remembered, so that an answer is never older than its question.
pub(super) type Loaders = DataLoader<Reader>;

/// Loaders for one caller; `begin` sees to it that what is handed to it is read.
pub(super) fn loaders(
    platform: &Arc<Platform>,
    caller: &Caller,
    begin: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
) -> Loaders {
    let reader = Reader { platform: Arc::clone(platform), caller: caller.clone() };
    DataLoader::new(reader, move |reading| begin(reading.in_current_span().boxed()))
        .max_batch_size(Window::MOST as usize)
}

/// Declares what is asked for by, and how the answers are read.
macro_rules! loads {
    ($(#[$about:meta])* $key:ident($of:ty) -> $value:ty, $read:path) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) $of);

        impl Loader<$key> for Reader {
            type Value = $value;
            type Error = Error;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Error> {
                let plain: Vec<$of> = keys.iter().map(|key| key.0).collect();
                let found = shown($read(&self.platform, &self.caller, &plain).await)?;
                Ok(found.into_iter().map(|(key, value)| ($key(key), value)).collect())
            }
        }
    };
}

loads! {
    /// The anomaly of this id.
    AnomalyId(Uuid) -> Anomaly, anomalies::of_ids
}

loads! {
    /// The decision about this anomaly.
    DecisionAbout(AnomalyRef) -> Decision, decisions::about
}

loads! {
    /// The decision of this id.
    DecisionId(Uuid) -> Decision, decisions::of_ids
}

loads! {
    /// What this decision was before.
    RevisionsOf(Uuid) -> Vec<DecisionRevision>, decisions::revisions
}

loads! {
    /// The actions of this decision.
    ActionsOf(Uuid) -> Vec<Action>, actions::of_decisions
}

loads! {
    /// The action of this id.
    ActionId(Uuid) -> Action, actions::of_ids
}

loads! {
    /// The blocks about this anomaly and what came of it.
    BlocksAbout(AnomalyRef) -> Vec<Block>, anomalies::blocks
}
