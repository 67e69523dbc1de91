//! Signed tokens of one issuer (JSON Web Tokens, RFC 7519 and 8725).

mod claims;
mod key_set;

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    errors::{Error, ErrorKind},
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};

use self::{claims::Claims, key_set::KeySet};
use super::Caller;
use crate::{config::TokensConfig, domain::time::Timestamp, service::ServiceError};

/// Longest token that is looked at, bytes.
const LONGEST: usize = 8_192;

/// Digits of a public key of Ed25519: 32 bytes in Base64.
const ED25519_DIGITS: usize = 43;

/// Says who bears a token.
pub(super) struct Tokens {
    config: TokensConfig,
    keys: KeySet,
}

impl Tokens {
    /// # Errors
    ///
    /// If the machine's certificates cannot be read.
    pub(super) fn new(config: TokensConfig) -> reqwest::Result<Self> {
        let keys = KeySet::new(config.jwks_url.clone())?;
        Ok(Self { config, keys })
    }

    /// Who bears this token; `None` if it is not valid.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Unavailable`] while nothing is known of the issuer's keys.
    pub(super) async fn check(&self, token: &str, now: Timestamp) -> Result<Option<Caller>, ServiceError> {
        let header = (token.len() <= LONGEST).then(|| decode_header(token).ok()).flatten();
        let Some(header) = header.filter(|header| header.crit.is_none()) else { return Ok(None) };
        let Some(key) = self.keys.find(header.kid.as_deref(), now).await? else { return Ok(None) };
        let caller =
            verify(token, header.alg, &key, &self.config).and_then(|claims| claims.caller(&self.config, now));
        if let Err(reason) = &caller {
            tracing::debug!("a token was refused: {reason}");
        }
        Ok(caller.ok())
    }
}

/// The claims of a token that its issuer signed for us. The key says which algorithms go with it, never the token: so
/// a public key is no secret of HMAC, and `none` is nothing.
fn verify(
    token: &str,
    algorithm: Algorithm,
    key: &Jwk,
    config: &TokensConfig,
) -> Result<Claims, &'static str> {
    if !algorithms(key).contains(&algorithm) || !is_for_signatures(key, algorithm) {
        return Err("its algorithm does not go with its key");
    }
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[&config.issuer]);
    rules.set_audience(&[&config.audience]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Times are held against the host's own clock, in `Claims::caller`.
    rules.validate_exp = false;
    let key = DecodingKey::from_jwk(key).map_err(|_| "the issuer's key cannot be used")?;
    decode::<Claims>(token, &key, &rules).map(|token| token.claims).map_err(|error| reason(&error))
}

const fn algorithms(key: &Jwk) -> &'static [Algorithm] {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => &[ES256],
            EllipticCurve::P384 => &[ES384],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(key) => match key.curve {
            EllipticCurve::Ed25519 if key.x.len() == ED25519_DIGITS => &[EdDSA],
            _ => &[],
        },
        _ => &[],
    }
}

/// Whether the issuer says nothing against it.
fn is_for_signatures(key: &Jwk, algorithm: Algorithm) -> bool {
    let said = key.common.key_algorithm.map(|said| said.to_string());
    said.is_none_or(|said| said == format!("{algorithm:?}"))
        && !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption))
}

/// What is wrong, without a word of the token.
fn reason(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::InvalidSignature => "its signature is wrong",
        ErrorKind::InvalidIssuer => "another one issued it",
        ErrorKind::InvalidAudience => "it is meant for others",
        ErrorKind::MissingRequiredClaim(_) => "it lacks exp, iss, aud or sub",
        _ => "it is malformed",
    }
}
