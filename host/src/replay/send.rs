//! One request after another, until each is answered.

use std::time::Duration;

use reqwest::{Client, Response, StatusCode, Url, header::HeaderMap};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use super::{Told, answer::Answer, parcel::Request};
use crate::{config::Secret, domain::time::Timestamp, http, outbound};

/// Longest time of one attempt.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Wait before the second attempt where the host does not say; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Most bytes of a refusal that are shown.
const SHOWN: usize = 600;

/// Why a replay ended early.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// No request can be made.
    #[error("no request can be made: {0}")]
    Client(#[source] reqwest::Error),
    /// The host does not want this.
    #[error("{url} refuses rows ({status}): {reason}")]
    Refused {
        /// Where.
        url: Url,
        /// The status of its answer.
        status: StatusCode,
        /// What it says.
        reason: String,
    },
    /// Nobody answered for too long.
    #[error("{url} took no rows for {} s: {reason}; start the host and replay again: rows are kept once", patience.as_secs())]
    Away {
        /// Where.
        url: Url,
        /// How long it was tried.
        patience: Duration,
        /// What went wrong the last time.
        reason: String,
    },
    /// The answer is none of a host's.
    #[error("{url} gives another answer than a host's: {reason}; does --to name a host?")]
    Foreign {
        /// Where.
        url: Url,
        /// What is wrong with it.
        reason: reqwest::Error,
    },
    /// A lane ended without a word.
    #[error("the replay was interrupted")]
    Interrupted,
}

/// The host that rows go to.
pub struct Receiver {
    client: Client,
    host: Url,
    key: Option<Secret>,
    /// Begins the idempotency keys of this replay.
    run: u64,
    patience: Duration,
}

impl Receiver {
    /// A host at an address, and the key that lets rows in. `run` tells this replay from others; `patience` is the
    /// longest time that one request may go unanswered.
    ///
    /// # Errors
    ///
    /// If the machine's certificates cannot be read.
    pub fn new(host: Url, key: Option<Secret>, run: u64, patience: Duration) -> Result<Self, ReplayError> {
        let client = http::client(TIMEOUT, |client| client).map_err(ReplayError::Client)?;
        Ok(Self { client, host, key, run, patience })
    }

    /// Sends until it is answered, and tells once if it is not.
    pub(super) async fn send(
        &self,
        request: &Request,
        number: &str,
        told: &mpsc::Sender<Told>,
    ) -> Result<Answer, ReplayError> {
        let mut url = self.host.clone();
        url.set_path(&format!("{}/api/ingest/{}", self.host.path().trim_end_matches('/'), request.kind));
        let name = format!("replay-{:016x}-{number}", self.run);
        let (began, mut wait, mut is_told) = (Instant::now(), FIRST_WAIT, false);
        loop {
            let attempt = self.attempt(&url, request, &name).await;
            let is_silent = attempt.is_err();
            let (reason, asked) = match attempt {
                Ok(response) if response.status().is_success() => {
                    let answer: reqwest::Result<Answer> = response.json().await;
                    return answer
                        .map(|answer| answer.about(request.rows))
                        .map_err(|reason| ReplayError::Foreign { url, reason });
                }
                Ok(response) if is_passing(response.status()) => {
                    let asked = retry_after(response.headers());
                    (format!("it answers {}", response.status()), asked)
                }
                Ok(response) => return Err(refused(url, response).await),
                Err(error) => (cause(&error), None),
            };
            if began.elapsed() >= self.patience {
                return Err(ReplayError::Away { url, patience: self.patience, reason });
            }
            if is_silent && !std::mem::replace(&mut is_told, true) {
                let _ = told.send(Told::Silent(reason)).await;
            }
            sleep(asked.unwrap_or(wait).min(LONGEST_WAIT)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn attempt(&self, url: &Url, request: &Request, name: &str) -> reqwest::Result<Response> {
        let post = self
            .client
            .post(url.clone())
            .header("content-type", "application/x-ndjson")
            .header("idempotency-key", name)
            .body(request.body.clone());
        let post = match &self.key {
            Some(key) => post.bearer_auth(key.expose()),
            None => post,
        };
        post.send().await
    }
}

/// Whether another attempt may be answered otherwise. 409: the first one is still under way.
fn is_passing(status: StatusCode) -> bool {
    let passing = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::CONFLICT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    status.is_server_error() || passing.contains(&status)
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let microseconds = outbound::retry_after(headers, Timestamp::now())?;
    Some(Duration::from_micros(microseconds.unsigned_abs()))
}

async fn refused(url: Url, response: Response) -> ReplayError {
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    let detail = serde_json::from_str::<serde_json::Value>(&text).ok();
    let detail = detail.and_then(|problem| problem["detail"].as_str().map(str::to_owned));
    let reason = detail.unwrap_or_else(|| text.chars().take(SHOWN).collect());
    ReplayError::Refused { url, status, reason }
}

/// What is at the bottom of an error; what stands above it says that a request failed, and to where.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
