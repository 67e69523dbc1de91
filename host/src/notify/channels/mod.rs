//! Ways to tell somebody.

mod email;
mod log;
mod webhook;

use std::time::Duration;

pub use email::EmailError;
pub use webhook::WebhookError;

use super::message::Message;
use crate::{
    config::Config,
    domain::{time::Timestamp, vocabulary::NotificationChannel},
    store::notifications::Delivery,
};
use email::Mailer;
use webhook::Webhooks;

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It may arrive another time.
    Later {
        /// What happened, without addresses.
        reason: String,
        /// How long the receiver asks to be left alone, microseconds.
        after: Option<i64>,
    },
    /// It never will.
    Never {
        /// What happened, without addresses.
        reason: String,
    },
}

impl Failure {
    fn later(reason: impl Into<String>) -> Self {
        Self::Later { reason: reason.into(), after: None }
    }
}

/// Why nobody can be told in a way that is configured.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The settings for mails.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// The settings for webhooks.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
}

/// The ways that are configured.
pub struct Channels {
    mailer: Option<Mailer>,
    webhooks: Webhooks,
    timeout: Duration,
}

impl Channels {
    /// Sets up what is configured; connects to nothing. It takes place within the runtime that sends.
    ///
    /// # Errors
    ///
    /// If the settings cannot be used.
    pub fn new(config: &Config) -> Result<Self, ChannelError> {
        Ok(Self {
            mailer: Mailer::new(&config.email)?,
            webhooks: Webhooks::new(&config.notifications)?,
            timeout: config.email.timeout().max(webhook::TIMEOUT),
        })
    }

    /// Longest time for one message.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) async fn send(
        &self,
        delivery: &Delivery,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let sent = async {
            match delivery.channel {
                NotificationChannel::Log => {
                    log::write(delivery, message);
                    Ok(())
                }
                NotificationChannel::Email => self.mail(delivery, message).await,
                NotificationChannel::Webhook => self.webhooks.post(delivery, message, now).await,
            }
        };
        let seconds = self.timeout.as_secs();
        tokio::time::timeout(self.timeout, sent)
            .await
            .unwrap_or_else(|_| Err(Failure::later(format!("no answer within {seconds} s"))))
    }

    async fn mail(&self, delivery: &Delivery, message: &Message) -> Result<(), Failure> {
        let none = "no mail server is configured; set email.host and email.from";
        self.mailer.as_ref().ok_or_else(|| Failure::later(none))?.send(delivery, message).await
    }
}
