use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

/// The server that takes mails.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EmailConfig {
    /// Name of the server; without it no mail is sent.
    pub host: Option<String>,
    /// Its port, if not the usual one: 25 without TLS, 587 with STARTTLS, 465 with implicit TLS.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub tls: EmailTls,
    /// Account at the server, if it wants one.
    pub user: Option<String>,
    /// Password of the account.
    pub password: Option<Secret>,
    /// Who the mails are from, as in `alerts@example.com` or `Alerts <alerts@example.com>`.
    pub from: Option<String>,
    /// Seconds that handing in one mail may take. RFC 5321 grants servers minutes, but mails are tried again.
    pub timeout_seconds: NonZeroU32,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EmailTls {
    /// Not at all: for a server on the same machine.
    None,
    /// From STARTTLS on (RFC 3207); nothing is sent to a server without it.
    #[default]
    Starttls,
    /// From the first byte on (RFC 8314).
    Implicit,
}

impl Default for EmailConfig {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            tls: EmailTls::default(),
            user: None,
            password: None,
            from: None,
            timeout_seconds: NonZeroU32::MIN.saturating_add(29),
        }
    }
}

impl EmailConfig {
    /// The port to connect to.
    pub fn port(&self) -> u16 {
        let usual = match self.tls {
            EmailTls::None => 25,
            EmailTls::Starttls => 587,
            EmailTls::Implicit => 465,
        };
        self.port.unwrap_or(usual)
    }

    /// Longest time for one mail.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.get().into())
    }
}
