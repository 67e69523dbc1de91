use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use async_graphql::{Data, Executor, Request, Response, parser::types::OperationType};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream, stream::BoxStream};
use tokio::{sync::OwnedSemaphorePermit, task::JoinError};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::{
    VyomoSchema,
    at_once::AtOnce,
    http::{refused, run, sign, unread},
    operations::Operation,
    question::Question,
    subscriptions::holding,
};
use crate::{
    access::Caller,
    service::{Platform, ServiceError},
};

/// Runs operations of one connection. Each field of an operation is one unit of the caller's.
#[derive(Clone)]
pub(super) struct Session {
    schema: VyomoSchema,
    platform: Arc<Platform>,
    at_once: AtOnce,
}

impl Session {
    /// Of a connection to a platform.
    pub(super) fn new(schema: VyomoSchema, platform: &Arc<Platform>, at_once: AtOnce) -> Self {
        Self { schema, platform: Arc::clone(platform), at_once }
    }

    fn answers(
        &self,
        request: Request,
        data: Option<Arc<Data>>,
        place: Option<Arc<OwnedSemaphorePermit>>,
    ) -> Result<BoxStream<'static, Response>, Response> {
        let question = Question::read(request).map_err(unread)?;
        let caller = data.as_deref().and_then(caller).cloned().ok_or_else(|| {
            refused(ServiceError::Unauthenticated { reason: "nobody knows who asks".to_owned() })
        })?;
        self.platform.access.charge(&caller, question.fields.max(1)).map_err(refused)?;
        if question.operation == OperationType::Subscription {
            let answers = Executor::execute_stream(&self.schema, question.request, data);
            return Ok(answers.map(signed).boxed());
        }
        let answer = self
            .answer(question, caller, place)
            .map(|answer| answer.unwrap_or_else(|broken| refused(ServiceError::Internal(broken.into()))));
        Ok(stream::once(answer).boxed())
    }

    /// Runs by itself, so that nothing waits for a client that does not read. When the client leaves, a query ends, and
    /// a mutation is finished.
    fn answer(
        &self,
        question: Question,
        caller: Caller,
        place: Option<Arc<OwnedSemaphorePermit>>,
    ) -> BoxFuture<'static, Result<Response, JoinError>> {
        let Self { schema, platform, at_once, .. } = self.clone();
        let work = async move {
            let _place = place;
            run(&platform, &schema, &caller, &at_once, question.request).await
        };
        let task = tokio::spawn(work.in_current_span());
        match question.operation {
            OperationType::Mutation => task.boxed(),
            _ => AbortOnDropHandle::new(task).boxed(),
        }
    }
}

fn caller(data: &Data) -> Option<&Caller> {
    let caller: &(dyn Any + Send + Sync) = data.get(&TypeId::of::<Caller>())?.as_ref();
    caller.downcast_ref()
}

fn signed(mut response: Response) -> Response {
    response.errors.iter_mut().for_each(sign);
    response
}

impl Executor for Session {
    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    fn execute_stream(&self, mut request: Request, data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let operation = Operation::of(&mut request);
        let place = operation.as_deref().map(Operation::place);
        let answers = self.answers(request, data, place);
        let answers = answers.unwrap_or_else(|refused| stream::once(std::future::ready(refused)).boxed());
        holding(operation, answers).boxed()
    }
}
