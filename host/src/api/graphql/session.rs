use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use async_graphql::{Data, Executor, Request, Response, parser::types::OperationType};
use futures::{StreamExt as _, stream, stream::BoxStream};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    answer::{Answering, refused, signed, unread},
    operations::Operation,
    question::Question,
    subscriptions::holding,
};
use crate::{access::Caller, service::ServiceError};

/// Runs operations of one connection. Each field of an operation is one unit of the caller's.
#[derive(Clone)]
pub(super) struct Session(pub(super) Answering);

impl Session {
    fn answers(
        &self,
        request: Request,
        data: Option<Arc<Data>>,
        place: Option<Arc<OwnedSemaphorePermit>>,
    ) -> Result<BoxStream<'static, Response>, Response> {
        let Self(answering) = self;
        let question = Question::read(request).map_err(unread)?;
        let caller = data.as_deref().and_then(caller).cloned().ok_or_else(|| {
            refused(ServiceError::Unauthenticated { reason: "nobody knows who asks".to_owned() })
        })?;
        answering.platform.access.charge(&caller, question.fields.max(1)).map_err(refused)?;
        if question.operation == OperationType::Subscription {
            let answers = Executor::execute_stream(&answering.schema, question.request, data);
            return Ok(answers.map(signed).boxed());
        }
        Ok(stream::once(answering.answer(question, caller, place)).boxed())
    }
}

fn caller(data: &Data) -> Option<&Caller> {
    let caller: &(dyn Any + Send + Sync) = data.get(&TypeId::of::<Caller>())?.as_ref();
    caller.downcast_ref()
}

impl Executor for Session {
    async fn execute(&self, request: Request) -> Response {
        self.0.schema.execute(request).await
    }

    fn execute_stream(&self, mut request: Request, data: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let operation = Operation::of(&mut request);
        let place = operation.as_deref().map(Operation::place);
        let answers = self.answers(request, data, place);
        let answers = answers.unwrap_or_else(|refused| stream::once(std::future::ready(refused)).boxed());
        holding(operation, answers).boxed()
    }
}
