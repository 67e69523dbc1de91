use std::{
    any::{Any, TypeId},
    collections::HashSet,
    mem::take,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{Request, http::WebSocketProtocols};
use tokio::sync::OwnedSemaphorePermit;

/// Ids of the operations of a connection that are under way.
#[derive(Clone)]
pub(super) struct Operations {
    ids: Arc<Mutex<HashSet<String>>>,
    /// Whether an id that is in use may not be used again, as in `graphql-transport-ws`. In `graphql-ws` the later
    /// operation takes the place of the earlier one.
    are_unique: bool,
}

/// An operation, from when it was asked for until its last answer is taken.
pub(super) struct Operation {
    operations: Operations,
    id: String,
    place: Arc<OwnedSemaphorePermit>,
}

impl Operations {
    /// Of a connection of this protocol.
    pub(super) fn new(protocol: WebSocketProtocols) -> Self {
        Self { ids: Arc::default(), are_unique: protocol == WebSocketProtocols::GraphQLWS }
    }

    /// Puts a new operation into its request; `false` if its id is taken.
    pub(super) fn begin(&self, id: &str, place: OwnedSemaphorePermit, request: &mut Request) -> bool {
        if !self.lock().insert(id.to_owned()) && self.are_unique {
            return false;
        }
        let operation = Operation { operations: self.clone(), id: id.to_owned(), place: Arc::new(place) };
        request.data.insert(Arc::new(operation));
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<String>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Operation {
    /// Takes the operation out of its request.
    pub(super) fn of(request: &mut Request) -> Option<Arc<Self>> {
        let data = take(&mut request.data);
        let found: &(dyn Any + Send + Sync) = data.get(&TypeId::of::<Arc<Self>>())?.as_ref();
        found.downcast_ref::<Arc<Self>>().cloned()
    }

    /// Its place among those of the connection, for work that goes on when the operation is over.
    pub(super) fn place(&self) -> Arc<OwnedSemaphorePermit> {
        Arc::clone(&self.place)
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.operations.lock().remove(&self.id);
    }
}
