//! Mails over SMTP (RFC 5321), as plain text.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    address::AddressError,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        response::Severity,
    },
};

use super::{Failure, Message};
use crate::{
    config::{EmailConfig, EmailTls},
    notify::text,
    store::notifications::Delivery,
};

/// Most characters of a server's answer that are kept.
const ANSWER: usize = 300;

/// Why no mails can be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// The sender is missing.
    #[error("email.host is set and email.from is not; set it to the address that alerts come from")]
    NoSender,
    /// The sender is no address.
    #[error("email.from is no address: {0}; write it like alerts@example.com or Alerts <alerts@example.com>")]
    Sender(AddressError),
    /// Half of the account.
    #[error("email.user and email.password belong together; set both or neither")]
    Account,
    /// The password would be readable on the way.
    #[error("email.password would travel unencrypted; set email.tls to starttls or implicit")]
    Unencrypted,
    /// TLS cannot be set up.
    #[error("TLS to the mail server cannot be set up: {0}")]
    Tls(lettre::transport::smtp::Error),
}

/// Hands mails to one server.
pub(super) struct Mailer {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// `None` if no server is configured.
    pub(super) fn new(config: &EmailConfig) -> Result<Option<Self>, EmailError> {
        let Some(host) = &config.host else { return Ok(None) };
        let from = config.from.as_ref().ok_or(EmailError::NoSender)?;
        let from = from.parse().map_err(EmailError::Sender)?;
        let parameters = || TlsParameters::new(host.clone()).map_err(EmailError::Tls);
        let tls = match config.tls {
            EmailTls::None => Tls::None,
            EmailTls::Starttls => Tls::Required(parameters()?),
            EmailTls::Implicit => Tls::Wrapper(parameters()?),
        };
        let server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.as_str())
            .port(config.port())
            .timeout(Some(config.timeout()))
            .tls(tls);
        let server = match (&config.user, &config.password) {
            (None, None) => server,
            (Some(_), Some(_)) if config.tls == EmailTls::None => return Err(EmailError::Unencrypted),
            (Some(user), Some(password)) => {
                server.credentials(Credentials::new(user.clone(), password.expose().to_owned()))
            }
            _ => return Err(EmailError::Account),
        };
        Ok(Some(Self { server: server.build(), from }))
    }

    /// Hands in one mail. What the server calls permanent (a reply of 5xx) is final, everything else is tried again.
    pub(super) async fn send(&self, delivery: &Delivery, message: &Message) -> Result<(), Failure> {
        let address = delivery.contact.as_ref().map_or("", |contact| contact.expose());
        let to: Address = address
            .parse()
            .map_err(|_| Failure::Never { reason: "the recipient has no valid e-mail address".into() })?;
        let mail =
            self.mail(delivery, message, to).map_err(|error| Failure::Never { reason: error.to_string() })?;
        match self.server.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error, address)),
        }
    }

    fn mail(
        &self,
        delivery: &Delivery,
        message: &Message,
        to: Address,
    ) -> Result<lettre::Message, lettre::error::Error> {
        let made_at = Duration::from_micros(delivery.created_at.0.unsigned_abs());
        let id =
            format!("<{}.{}@{}>", delivery.notification_id, delivery.recipient_id, self.from.email.domain());
        lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(format!("[{}] {}", delivery.priority.name(), message.title))
            .message_id(Some(id))
            .date(SystemTime::UNIX_EPOCH + made_at)
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(message.body.clone())
    }
}

fn failure(error: &lettre::transport::smtp::Error, address: &str) -> Failure {
    let reason = text::title(&error.to_string().replace(address, "the recipient"), "the mail server failed");
    let reason = text::cut(reason, ANSWER);
    let permanent = |code: lettre::transport::smtp::response::Code| {
        code.severity == Severity::PermanentNegativeCompletion
    };
    if error.status().is_some_and(permanent) { Failure::Never { reason } } else { Failure::later(reason) }
}

/// Tells vacation responders that nobody waits for an answer (RFC 3834, 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
