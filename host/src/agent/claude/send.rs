use reqwest::{
    Client, Response, StatusCode, Url,
    header::{CONTENT_TYPE, HeaderValue},
};
use url::Host;

use crate::{
    agent::{AgentError, Failure, FailureKind, Usage},
    config::{AgentConfig, Secret},
    http,
};

use super::{
    retry::{self, Again},
    wire::{self, ErrorResponse},
};

/// Longest response that is read, bytes; an honest one takes a few thousand.
const LONGEST: usize = 1 << 20;

/// Longest part of an error that is repeated, characters.
const QUOTED: usize = 200;

/// How the API says, with several statuses, that the account may spend no more.
const SPEND_LIMIT: [&str; 4] = [
    "enforced_spend_limit_reached",
    "spend limit",
    "specified api usage limits",
    "credit balance is too low",
];

/// The address and the key.
pub(super) struct Api {
    client: Client,
    url: Url,
    key: Secret,
    header: HeaderValue,
}

/// An answer.
pub(super) struct Reply {
    /// JSON.
    pub(super) text: String,
    /// The model that answered.
    pub(super) model: String,
    pub(super) usage: Usage,
}

/// A request that failed.
pub(super) struct Failed {
    pub(super) failure: Failure,
    pub(super) again: Again,
    pub(super) usage: Option<Usage>,
    pub(super) charge: Charge,
}

/// Whether a request without usage cost something.
#[derive(Clone, Copy)]
pub(super) enum Charge {
    Nothing,
    /// Nobody knows.
    Unknown,
}

impl From<Failure> for Failed {
    /// It was not sent.
    fn from(failure: Failure) -> Self {
        Self { failure, again: Again::Never, usage: None, charge: Charge::Nothing }
    }
}

impl Api {
    pub(super) fn new(config: &AgentConfig) -> Result<Self, AgentError> {
        let key = config.api_key.clone().filter(|key| !key.expose().is_empty()).ok_or(AgentError::NoKey)?;
        let mut header = HeaderValue::from_str(key.expose()).map_err(|_| AgentError::NoKey)?;
        header.set_sensitive(true);
        let url = url(&config.base_url).map_err(|reason| AgentError::BaseUrl { reason })?;
        Ok(Self { client: http::client(config.timeout(), |client| client)?, url, key, header })
    }

    /// Sends a request once.
    pub(super) async fn send(&self, body: Vec<u8>) -> Result<Reply, Failed> {
        let request = self
            .client
            .post(self.url.clone())
            .header("x-api-key", self.header.clone())
            .header("anthropic-version", wire::VERSION)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = request.send().await.map_err(|error| self.broken(error))?;
        let (status, again) = (response.status(), retry::again(response.status(), response.headers()));
        let id = request_id(&response);
        let body = self.read(response).await?;
        let replied =
            if status == StatusCode::OK { reply(&body) } else { Err(refusal(status, again, &body)) };
        replied.map_err(|failed| self.with_id(failed, &id))
    }

    /// The body, up to a bound.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(error))? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(malformed(format!("the API's response is longer than {LONGEST} bytes")));
            }
        }
        Ok(body)
    }

    /// No whole response came.
    fn broken(&self, error: reqwest::Error) -> Failed {
        let (kind, what) = if error.is_timeout() {
            (FailureKind::Timeout, "the API took too long")
        } else {
            (FailureKind::Connection, "the connection to the API failed")
        };
        let charge = if error.is_connect() { Charge::Nothing } else { Charge::Unknown };
        let error = error.without_url();
        let reason = self.masked(&format!("{what}: {error}"));
        Failed { failure: Failure::new(kind, reason), again: Again::After(None), usage: None, charge }
    }

    /// The API may repeat the key, and support needs the request's id.
    fn with_id(&self, mut failed: Failed, id: &str) -> Failed {
        failed.failure.reason = self.masked(&format!("{}{id}", failed.failure.reason));
        failed
    }

    fn masked(&self, text: &str) -> String {
        text.replace(self.key.expose(), "***")
    }
}

/// The key is sent encrypted, or to this machine.
fn url(base: &str) -> Result<Url, String> {
    let url = Url::parse(&format!("{}/v1/messages", base.trim_end_matches('/')))
        .map_err(|error| error.to_string())?;
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if local => Ok(url),
        _ => Err("it has to begin with https://, so that nobody reads the key on the way".into()),
    }
}

fn request_id(response: &Response) -> String {
    let id = response.headers().get("request-id").and_then(|id| id.to_str().ok());
    id.map(|id| format!(" (request {})", one_line(id))).unwrap_or_default()
}

fn reply(body: &[u8]) -> Result<Reply, Failed> {
    let response: wire::Response = serde_json::from_slice(body)
        .map_err(|error| malformed(format!("the API's response cannot be read: {error}")))?;
    let stopped = |kind, reason: String| Failed {
        usage: Some(response.usage),
        ..Failed::from(Failure::new(kind, reason))
    };
    match response.stop_reason.as_deref() {
        Some("end_turn") => {}
        Some("refusal") => {
            let category = response.stop_details.as_ref().and_then(|details| details.category.as_deref());
            let category = category.map(|category| format!(": {}", one_line(category))).unwrap_or_default();
            return Err(stopped(FailureKind::Refused, format!("the model refused{category}")));
        }
        Some("max_tokens") => {
            return Err(stopped(FailureKind::Truncated, "the answer was cut off at agent.max_tokens".into()));
        }
        other => {
            let other = one_line(other.unwrap_or("no reason"));
            return Err(stopped(FailureKind::Stopped, format!("the model stopped for {other}")));
        }
    }
    let texts = response.content.iter().filter(|block| block.r#type == "text");
    let text: String = texts.map(|block| block.text.as_str()).collect();
    if text.is_empty() {
        return Err(stopped(FailureKind::Malformed, "the API's response has no text".into()));
    }
    Ok(Reply { text, model: one_line(&response.model), usage: response.usage })
}

/// A status other than 200.
fn refusal(status: StatusCode, again: Again, body: &[u8]) -> Failed {
    let said = serde_json::from_slice(body).map(|ErrorResponse { error }| error).ok();
    let text = String::from_utf8_lossy(body).to_lowercase();
    let spend_limit = matches!(status.as_u16(), 400 | 402 | 403 | 429)
        && (status.as_u16() == 402 || SPEND_LIMIT.iter().any(|words| text.contains(words)));
    let kind = match status.as_u16() {
        _ if spend_limit => FailureKind::SpendLimit,
        429 => FailureKind::RateLimited,
        529 => FailureKind::Overloaded,
        408 | 409 | 500.. => FailureKind::Server,
        _ => FailureKind::Rejected,
    };
    let said = said.map(|error| format!(": {}: {}", one_line(&error.r#type), one_line(&error.message)));
    let reason = format!("the API answered {}{}", status.as_u16(), said.unwrap_or_default());
    let again = if spend_limit { Again::Never } else { again };
    Failed { again, ..Failed::from(Failure::new(kind, reason)) }
}

/// A response of status 200 that is none may have cost something. Another attempt may do better.
fn malformed(reason: String) -> Failed {
    Failed {
        failure: Failure::new(FailureKind::Malformed, reason),
        again: Again::After(None),
        usage: None,
        charge: Charge::Unknown,
    }
}

fn one_line(text: &str) -> String {
    text.chars().take(QUOTED).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
