//! The Messages API on the wire, version 2023-06-01.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    agent::{Failure, FailureKind, Prompt, Usage},
    config::AgentConfig,
};

/// Value of the header `anthropic-version`.
pub(super) const VERSION: &str = "2023-06-01";

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    max_tokens: u32,
    system: [System<'a>; 1],
    messages: [Message<'a>; 1],
    output_config: OutputConfig<'a>,
}

/// Instructions, which the API is asked to keep.
#[derive(Serialize)]
struct System<'a> {
    r#type: &'static str,
    text: &'a str,
    cache_control: CacheControl,
}

#[derive(Serialize)]
struct CacheControl {
    r#type: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct OutputConfig<'a> {
    format: Format<'a>,
}

/// Only answers of this form can be generated.
#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    schema: &'a RawValue,
}

/// The body of a request.
pub(super) fn request(config: &AgentConfig, prompt: &Prompt) -> Result<Vec<u8>, Failure> {
    let schema: &RawValue = serde_json::from_str(&prompt.answer_schema).map_err(|error| not_json(&error))?;
    let request = Request {
        model: &config.model,
        max_tokens: config.max_tokens.get(),
        system: [System {
            r#type: "text",
            text: &prompt.instructions,
            cache_control: CacheControl { r#type: "ephemeral" },
        }],
        messages: [Message { role: "user", content: &prompt.question }],
        output_config: OutputConfig { format: Format { r#type: "json_schema", schema } },
    };
    serde_json::to_vec(&request).map_err(|error| not_json(&error))
}

fn not_json(error: &serde_json::Error) -> Failure {
    Failure::new(FailureKind::Component, format!("the component's request is no JSON: {error}"))
}

/// A response of status 200.
#[derive(Deserialize)]
pub(super) struct Response {
    pub(super) model: String,
    pub(super) content: Vec<Block>,
    pub(super) stop_reason: Option<String>,
    pub(super) stop_details: Option<StopDetails>,
    pub(super) usage: Usage,
}

/// A part of the answer.
#[derive(Deserialize)]
pub(super) struct Block {
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) text: String,
}

/// Why the model refused.
#[derive(Deserialize)]
pub(super) struct StopDetails {
    pub(super) category: Option<String>,
}

/// A response of another status.
#[derive(Deserialize)]
pub(super) struct ErrorResponse {
    pub(super) error: ApiError,
}

/// What went wrong.
#[derive(Deserialize)]
pub(super) struct ApiError {
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) message: String,
}
