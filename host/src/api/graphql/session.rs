use std::sync::Arc;

use async_graphql::{Data, Executor, Request, Response};
use futures::{StreamExt as _, stream, stream::BoxStream};

use super::{
    VyomoSchema,
    http::{refused, sign},
};
use crate::{access::Caller, service::Platform};

/// Runs operations of one connection. Each is one unit of the caller's.
#[derive(Clone)]
pub(super) struct Session {
    schema: VyomoSchema,
    platform: Arc<Platform>,
}

impl Session {
    /// Of a connection to a platform.
    pub(super) fn new(schema: VyomoSchema, platform: &Arc<Platform>) -> Self {
        Self { schema, platform: Arc::clone(platform) }
    }

    fn charge(&self, data: Option<&Data>) -> Result<(), Response> {
        let caller = data.and_then(|data| data.get(&std::any::TypeId::of::<Caller>()));
        let Some(caller) = caller.and_then(|caller| caller.downcast_ref::<Caller>()) else { return Ok(()) };
        self.platform.access.charge(caller, 1).map_err(refused)
    }
}

impl Executor for Session {
    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    fn execute_stream(&self, request: Request, data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        if let Err(response) = self.charge(data.as_deref()) {
            return stream::once(std::future::ready(response)).boxed();
        }
        let answers = Executor::execute_stream(&self.schema, request, data);
        answers
            .map(|mut response| {
                response.errors.iter_mut().for_each(sign);
                response
            })
            .boxed()
    }
}
