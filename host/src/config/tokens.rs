use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use url::Url;

/// Whose signed tokens (JWT, RFC 9068) are taken beside API keys.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokensConfig {
    /// Who issues them, exactly as their claim `iss` says.
    pub issuer: String,
    /// What they have to be meant for: one of their `aud`.
    pub audience: String,
    /// Where the issuer's public keys are, as https; plain http only on this machine.
    #[serde(deserialize_with = "key_set")]
    pub jwks_url: String,
    /// Claim that lists what the bearer may do, as `vyomo:viewer`, with spaces between or as an array. Where a token
    /// lacks it, `scp` is read.
    #[serde(default = "scope")]
    pub scope_claim: String,
}

fn scope() -> String {
    "scope".to_owned()
}

fn key_set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if Url::parse(&text).is_ok_and(|url| url.scheme() == "https" || is_local(&url)) {
        return Ok(text);
    }
    Err(D::Error::custom("keys are fetched over https; write it as https://issuer.example/keys"))
}

fn is_local(url: &Url) -> bool {
    let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_own = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    url.scheme() == "http" && is_own
}
