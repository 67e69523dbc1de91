use std::{fmt, net::IpAddr};

use url::{Host, Url};

use super::address::is_public;

/// Where a request may go. Its path may be a secret, so it shows only its host.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    allow_private: bool,
}

/// Why a request may not go somewhere. It does not show where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no URL.
    #[error("it is no URL; write it as https://host/path")]
    NoUrl,
    /// It is not HTTP, or not encrypted.
    #[error("it does not begin with https:// (http:// is for targets with `allow_private = true`)")]
    Scheme,
    /// It has a user or a password.
    #[error("it has a user or a password in it; take them out, requests are signed instead")]
    Credentials,
    /// It leads to an address that is not public.
    #[error("it leads to an address that is not of the public internet; `allow_private = true` allows that")]
    Private,
}

impl Target {
    /// The target of a URL. `allow_private` allows addresses of one's own network, and requests that are not encrypted.
    ///
    /// # Errors
    ///
    /// If requests to it are refused. A name is looked up and checked when a request is made.
    pub fn parse(url: &str, allow_private: bool) -> Result<Self, TargetError> {
        let url = Url::parse(url).map_err(|_| TargetError::NoUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if allow_private => {}
            _ => return Err(TargetError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        let literal = match url.host() {
            None => return Err(TargetError::NoUrl),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        };
        if !allow_private && literal.is_some_and(|address| !is_public(address)) {
            return Err(TargetError::Private);
        }
        Ok(Self { url, allow_private })
    }

    /// Its URL, for the one place that needs it.
    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// Whether addresses of one's own network are allowed.
    pub(super) const fn allows_private(&self) -> bool {
        self.allow_private
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Target({})", self.url.host_str().unwrap_or_default())
    }
}
