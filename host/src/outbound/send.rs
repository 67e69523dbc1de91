use std::time::Duration;

use reqwest::{Client, StatusCode, header::CONTENT_TYPE};

use super::{
    resolver::PublicOnly,
    retry_after,
    signature::{SigningKey, sign},
    target::Target,
};
use crate::{
    domain::time::{SECOND, Timestamp},
    http,
};

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Outbound {
    public: Client,
    any: Client,
}

/// A message to one receiver.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// What receivers know it by: the same each time it is sent.
    pub id: &'a str,
    /// JSON.
    pub body: &'a [u8],
}

/// Why a message did not arrive, as far as is known. Its text shows neither paths nor secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Failure {
    /// Why.
    pub reason: String,
    /// Whether the receiver wants no more messages (410).
    pub is_gone: bool,
    /// How long the receiver asks to be left alone, microseconds.
    pub retry_after: Option<i64>,
}

impl Outbound {
    /// A sender that gives each message up after `timeout`.
    ///
    /// # Errors
    ///
    /// If the machine's certificates cannot be read.
    pub fn new(timeout: Duration) -> reqwest::Result<Self> {
        Ok(Self {
            public: http::client(timeout, |builder| builder.dns_resolver(PublicOnly))?,
            any: http::client(timeout, |builder| builder)?,
        })
    }

    /// Posts a message, signed with each key. It arrived if the answer is 2xx; redirects are not followed, and nothing
    /// of the answer is read but its head.
    ///
    /// # Errors
    ///
    /// If it did not arrive, or if that is not known.
    pub async fn post(
        &self,
        target: &Target,
        keys: &[SigningKey],
        message: Message<'_>,
        now: Timestamp,
    ) -> Result<StatusCode, Failure> {
        let client = if target.allows_private() { &self.any } else { &self.public };
        let seconds = now.0.div_euclid(SECOND);
        let answer = client
            .post(target.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", sign(keys, message.id, seconds, message.body))
            .body(message.body.to_vec())
            .send()
            .await
            .map_err(|error| Failure { reason: reason(error), is_gone: false, retry_after: None })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(status);
        }
        let hint = if status.is_redirection() { ", and redirects are not followed" } else { "" };
        Err(Failure {
            reason: format!("the receiver answered {}{hint}", status.as_u16()),
            is_gone: status == StatusCode::GONE,
            retry_after: retry_after::read(answer.headers(), now),
        })
    }
}

/// Longest reason that is kept, characters.
const REASON: usize = 300;

fn reason(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "the receiver did not answer in time".into();
    }
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    format!("the receiver could not be reached: {innermost}").chars().take(REASON).collect()
}
