use serde_json::json;

use crate::{
    actions::{
        effect::Effect,
        error::EffectError,
        executor::Executor,
        parameters::{Given, Parameter, word},
        request::Request,
    },
    domain::{time::Timestamp, vocabulary::SubjectType},
};

/// Largest message, bytes, as Standard Webhooks recommends.
const MOST_BYTES: usize = 20_000;

/// Another system is told of the anomaly and what was decided.
pub(in crate::actions) struct Webhook;

impl Executor for Webhook {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Anomaly
    }

    fn parameters(&self) -> &'static [Parameter] {
        const { &[word("endpoint"), word("event")] }
    }

    fn effect(&self, request: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        let cause = &request.cause;
        let body = json!({
            "type": given.word("event", "anomaly.decided"),
            "timestamp": now,
            "data": {
                "action_id": request.id,
                "decision_id": cause.decision_id,
                "revision": cause.revision,
                "decision": cause.decision,
                "confidence": cause.confidence,
                "reason": cause.reason,
                "anomaly_id": cause.anomaly_id,
                "anomaly": cause.anomaly,
            },
        });
        let bytes = body.to_string().len();
        if bytes > MOST_BYTES {
            return Err(EffectError::Large { bytes, most: MOST_BYTES });
        }
        Ok(Effect::Message { endpoint: given.word("endpoint", "default"), body })
    }
}
