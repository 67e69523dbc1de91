use std::{sync::Arc, time::Duration};

use async_graphql::{Request, Response, ServerError, parser::types::OperationType};
use futures::{FutureExt as _, future::BoxFuture};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::{
    VyomoSchema, at_once::AtOnce, error::failed, loaders::loaders, question::Question, turns::Turns,
};
use crate::{
    access::Caller,
    api::{RequestId, apart::apart},
    service::{Platform, ServiceError},
};

/// What questions of one request, or of one connection, are answered with.
#[derive(Clone)]
pub(super) struct Answering {
    /// The schema.
    pub(super) schema: VyomoSchema,
    /// The host.
    pub(super) platform: Arc<Platform>,
    /// Places for those that ask the database.
    pub(super) at_once: AtOnce,
}

impl Answering {
    /// Answers a question, holding something meanwhile. It is worked on by itself, so that nothing waits for a client
    /// that does not read. When nobody waits for the answer any more, a query ends, and a mutation is finished.
    pub(super) fn answer<H: Send + 'static>(
        &self,
        question: Question,
        caller: Caller,
        held: H,
    ) -> BoxFuture<'static, Response> {
        let Question { request, operation, .. } = question;
        let answering = self.clone();
        let task = apart(&self.platform, async move {
            let _held = held;
            answering.run(request, caller).await
        });
        let answered = match operation {
            OperationType::Mutation => task.boxed(),
            _ => AbortOnDropHandle::new(task).boxed(),
        };
        answered
            .map(|answer| answer.unwrap_or_else(|broken| refused(ServiceError::Internal(broken.into()))))
            .boxed()
    }

    /// In the time that one may take.
    async fn run(self, request: Request, caller: Caller) -> Response {
        let Self { schema, platform, at_once } = self;
        let turns = Turns::default();
        let reading = turns.clone();
        let loaders = loaders(&platform, &caller, move |read| reading.add(read));
        let request = request.data(caller).data(loaders).data(at_once);
        let patience = Duration::from_secs(platform.config.graphql.timeout_seconds.get().into());
        match timeout(patience, turns.run(schema.execute(request))).await {
            Ok(answer) => signed(answer),
            Err(_) => refused(ServiceError::Overloaded {
                reason: format!("this took longer than {} s; ask for less", patience.as_secs()),
                retry_after: Duration::from_secs(1),
            }),
        }
    }
}

/// Gives the errors of an answer the request's id, and a code to those about the question itself.
pub(super) fn signed(mut answer: Response) -> Response {
    answer.errors.iter_mut().for_each(sign);
    answer
}

fn sign(error: &mut ServerError) {
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        extensions.set("code", "INVALID");
    }
    if let Some(id) = RequestId::current() {
        extensions.set("requestId", id.as_str());
    }
}

/// What is answered to a question that is refused.
pub(super) fn refused(error: ServiceError) -> Response {
    let error = failed(error);
    let mut refused = ServerError::new(error.message, None);
    refused.extensions = error.extensions;
    unread(refused)
}

/// What is answered to a question that is not looked at.
pub(super) fn unread(error: ServerError) -> Response {
    signed(Response::from_errors(vec![error]))
}
