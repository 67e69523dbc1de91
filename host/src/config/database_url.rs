//! Where a database is, and the password that no output shows.

use std::{fmt, path::Path, str::FromStr};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::{Secret, secret::MASK};

/// A URL as Postgres writes it (PostgreSQL documentation, "Connection URIs"). It shows itself without its password.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend("writeOnly" = true))]
pub struct DatabaseUrl(Url);

impl DatabaseUrl {
    /// The URL of a database behind a socket, which needs no password.
    ///
    /// # Errors
    /// The folder's path is no UTF-8.
    pub fn behind_socket(folder: &Path, port: u16, user: &str, database: &str) -> Result<Self, String> {
        let folder = folder.to_str().ok_or_else(|| format!("{} is no UTF-8", folder.display()))?;
        let host = utf8_percent_encode(folder, NON_ALPHANUMERIC);
        format!("postgres://{user}@{host}:{port}/{database}?sslmode=disable").parse()
    }

    /// All of it, for the one place that connects.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// What to connect with.
    ///
    /// # Errors
    /// A parameter has a value that it cannot have.
    pub fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        self.expose().parse()
    }

    /// Name of the database; Postgres takes the user's where the URL has none.
    pub fn database(&self) -> String {
        let path = || given(self.0.path().trim_matches('/'));
        let user = || given(self.0.username());
        let named = self.parameter("dbname").or_else(path);
        named.or_else(|| self.parameter("user")).or_else(user).unwrap_or_default()
    }

    /// The same server, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.without("dbname");
        url.set_path(name);
        Self(url)
    }

    /// The URL without its password, and the password.
    pub fn split_password(&self) -> (String, Option<Secret>) {
        let password = self.parameter("password").or_else(|| self.0.password().and_then(given));
        let mut url = self.without("password");
        // Fails only where there is no host, and so no password.
        let _ = url.set_password(None);
        (url.into(), password.map(Secret::from))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        self.0.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Other parameters stay as they were written.
    fn without(&self, parameter: &str) -> Url {
        let named = |pair: &&str| pair.split_once('=').map_or(*pair, |(key, _)| key) != parameter;
        let kept: Vec<&str> = self.0.query().unwrap_or_default().split('&').filter(named).collect();
        let kept = kept.join("&");
        let mut url = self.0.clone();
        url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
        url
    }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| percent_decode_str(text).decode_utf8_lossy().into_owned())
}

impl FromStr for DatabaseUrl {
    type Err = String;

    /// The error says nothing of the text, which may hold a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|reason| reason.to_string())?;
        if !matches!(url.scheme(), "postgres" | "postgresql") || url.cannot_be_a_base() {
            return Err("it does not begin with postgres://".into());
        }
        let url = Self(url);
        url.options().map_err(|_| "one of its parameters has a value it cannot have")?;
        Ok(url)
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let example = "write it as postgres://user:password@host:port/database";
        text.parse().map_err(|reason| format!("not the URL of a Postgres database: {reason}; {example}"))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, password) = self.split_password();
        match (password, shown.split_once('@')) {
            (Some(_), Some((user, rest))) => write!(out, "{user}:{MASK}@{rest}"),
            _ => out.write_str(&shown),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
