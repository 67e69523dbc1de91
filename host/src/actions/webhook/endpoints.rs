use std::collections::BTreeMap;

use crate::{
    config::WebhookConfig,
    outbound::{KeyError, SigningKey, Target, TargetError},
};

/// Where messages go, by the names that actions use.
#[derive(Clone, Debug, Default)]
pub struct Endpoints(BTreeMap<String, Endpoint>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) target: Target,
    pub(super) keys: Vec<SigningKey>,
}

/// What is wrong with a configured endpoint. It shows neither address nor secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Nothing can be sent there.
    #[error("webhooks.{name}.url: {reason}")]
    Url {
        /// Name of the endpoint.
        name: String,
        /// Why.
        reason: TargetError,
    },
    /// Nothing can be signed.
    #[error("webhooks.{name}.secrets: {reason}")]
    Secret {
        /// Name of the endpoint.
        name: String,
        /// Why.
        reason: KeyError,
    },
    /// Messages would not be signed.
    #[error("webhooks.{name}.secrets is empty; receivers need signatures to know who writes")]
    NoSecret {
        /// Name of the endpoint.
        name: String,
    },
}

impl Endpoints {
    /// The endpoints that are configured.
    ///
    /// # Errors
    ///
    /// If one of them cannot be used.
    pub fn of(config: &BTreeMap<String, WebhookConfig>) -> Result<Self, EndpointError> {
        let endpoints = config.iter().map(|(name, config)| Ok((name.clone(), endpoint(name, config)?)));
        Ok(Self(endpoints.collect::<Result<_, _>>()?))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Endpoint> {
        self.0.get(name)
    }
}

fn endpoint(name: &str, config: &WebhookConfig) -> Result<Endpoint, EndpointError> {
    let name = || name.to_owned();
    let target = Target::parse(config.url.expose(), config.allow_private)
        .map_err(|reason| EndpointError::Url { name: name(), reason })?;
    let keys: Vec<SigningKey> = config
        .secrets
        .iter()
        .map(SigningKey::parse)
        .collect::<Result<_, _>>()
        .map_err(|reason| EndpointError::Secret { name: name(), reason })?;
    if keys.is_empty() {
        return Err(EndpointError::NoSecret { name: name() });
    }
    Ok(Endpoint { target, keys })
}
