use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    access::{Caller, Credential, Scope, Scopes},
    config::TokensConfig,
    domain::time::{SECOND, Timestamp},
};

/// How far the issuer's clock may be from ours.
const LEEWAY: i64 = 30 * SECOND;

/// What scopes of ours begin with where others have theirs.
const PREFIX: &str = "vyomo:";

/// Longest subject, characters.
const LONGEST_SUBJECT: usize = 128;

/// What a token says.
#[derive(Deserialize)]
pub(super) struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Claims {
    /// The bearer, if this is the time. Names of bearers begin with `token:`, as no key's name does.
    pub(super) fn caller(&self, config: &TokensConfig, now: Timestamp) -> Result<Caller, &'static str> {
        let expires_at = Timestamp(moment(self.exp).saturating_add(LEEWAY));
        if expires_at <= now {
            return Err("it is expired");
        }
        if self.nbf.is_some_and(|begin| now.0 < moment(begin).saturating_sub(LEEWAY)) {
            return Err("it is not valid yet");
        }
        let length = self.sub.chars().count();
        if !(1..=LONGEST_SUBJECT).contains(&length) || self.sub.chars().any(char::is_control) {
            return Err("its subject is no name");
        }
        let credential = Credential::Token { issuer: config.issuer.clone(), subject: self.sub.clone() };
        Ok(Caller {
            name: format!("token:{}", self.sub),
            scopes: self.scopes(&config.scope_claim),
            credential,
            expires_at: Some(expires_at),
        })
    }

    fn scopes(&self, claim: &str) -> Scopes {
        let words: Vec<&str> = match self.others.get(claim).or_else(|| self.others.get("scp")) {
            Some(Value::String(words)) => words.split_whitespace().collect(),
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        words.iter().filter_map(|word| word.strip_prefix(PREFIX).and_then(Scope::parse)).collect()
    }
}

/// Seconds since 1970, with decimals perhaps (RFC 7519, 2).
fn moment(seconds: f64) -> i64 {
    (seconds * SECOND as f64) as i64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn caller(claims: Value, now: i64) -> Result<Caller, &'static str> {
        let config = TokensConfig {
            issuer: "i".into(),
            audience: "a".into(),
            jwks_url: "https://i.example/keys".into(),
            scope_claim: "scope".into(),
        };
        serde_json::from_value::<Claims>(claims).unwrap().caller(&config, Timestamp(now * SECOND))
    }

    #[test]
    fn a_token_is_valid_between_its_times_and_a_little_around_them() {
        let claims = json!({ "sub": "ann", "nbf": 1_000, "exp": 2_000.5 });
        assert_eq!(caller(claims.clone(), 969).unwrap_err(), "it is not valid yet");
        assert_eq!(caller(claims.clone(), 970).unwrap().name, "token:ann");
        assert_eq!(caller(claims.clone(), 2_030).unwrap().expires_at, Some(Timestamp(2_030_500_000)));
        assert_eq!(caller(claims, 2_031).unwrap_err(), "it is expired");
        assert!(caller(json!({ "sub": "ann", "exp": 1e300 }), 0).is_ok());
    }

    #[test]
    fn scopes_are_words_or_an_array() {
        let scopes = |claims: Value| {
            let mut all = json!({ "sub": "ann", "exp": 1 });
            all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
            caller(all, 0).unwrap().scopes.iter().map(Scope::name).collect::<Vec<_>>()
        };
        assert_eq!(scopes(json!({ "scope": "vyomo:viewer mail vyomo:ingest" })), ["viewer", "ingest"]);
        assert_eq!(scopes(json!({ "scp": ["vyomo:operator", "vyomo:root", 7] })), ["operator"]);
        assert_eq!(scopes(json!({ "scope": "viewer admin" })), [""; 0]);
        assert_eq!(scopes(json!({})), [""; 0]);
    }

    #[test]
    fn a_subject_that_is_no_name_is_refused() {
        for subject in ["", "a\nb", &"a".repeat(129)] {
            assert_eq!(caller(json!({ "sub": subject, "exp": 1 }), 0).unwrap_err(), "its subject is no name");
        }
    }
}
