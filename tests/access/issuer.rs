//! An issuer of tokens, with a server that shows its keys.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{Json, Router, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use tests::serving::Site;

/// Its RSA key, which is nobody else's.
pub(crate) const RSA: &str = include_str!("issuer.pem");

pub(crate) struct Issuer {
    address: SocketAddr,
    keys: Arc<Mutex<Vec<Value>>>,
    /// How often its keys were asked for.
    pub(crate) asked: Arc<AtomicU32>,
}

/// A key, and what it signs with.
pub(crate) struct Signer {
    pub(crate) id: &'static str,
    pub(crate) algorithm: Algorithm,
    key: EncodingKey,
}

impl Signer {
    pub(crate) fn rsa(id: &'static str, algorithm: Algorithm) -> Self {
        Self { id, algorithm, key: EncodingKey::from_rsa_pem(RSA.as_bytes()).unwrap() }
    }

    pub(crate) fn elliptic(id: &'static str) -> Self {
        let pem = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
        Self { id, algorithm: Algorithm::ES256, key: EncodingKey::from_ec_pem(pem.as_bytes()).unwrap() }
    }

    /// The seed stands for what would be random.
    pub(crate) fn edwards(id: &'static str, seed: u8) -> Self {
        // PKCS #8 of an Ed25519 key (RFC 8410, 10.3) is this and 32 bytes.
        let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
        der.extend([seed; 32]);
        Self { id, algorithm: Algorithm::EdDSA, key: EncodingKey::from_ed_der(&der) }
    }

    /// Signs with a secret, as only parties that share it should.
    pub(crate) fn hmac(id: &'static str, secret: &[u8]) -> Self {
        Self { id, algorithm: Algorithm::HS256, key: EncodingKey::from_secret(secret) }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.id.to_owned());
        encode(&header, claims, &self.key).unwrap()
    }

    /// The public half.
    pub(crate) fn shown(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        key.common.key_id = Some(self.id.to_owned());
        serde_json::to_value(key).unwrap()
    }
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let (keys, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU32::new(0)));
        let (shown, count) = (Arc::clone(&keys), Arc::clone(&asked));
        let answer = move || {
            count.fetch_add(1, Ordering::Relaxed);
            let keys = shown.lock().unwrap().clone();
            async move { Json(json!({ "keys": keys })) }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/keys", get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, keys, asked }
    }

    pub(crate) fn shows(&self, signers: &[&Signer]) {
        *self.keys.lock().unwrap() = signers.iter().map(|signer| signer.shown()).collect();
    }

    /// A site that takes its tokens.
    pub(crate) fn trusted_by(&self, site: Site) -> Site {
        site.with("VYOMO_SERVER__TOKENS__ISSUER", "https://issuer.example")
            .with("VYOMO_SERVER__TOKENS__AUDIENCE", "vyomo")
            .with("VYOMO_SERVER__TOKENS__JWKS_URL", &format!("http://{}/keys", self.address))
    }
}

/// Claims that open what viewers see, with a change.
pub(crate) fn claims(change: &Value) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({
        "iss": "https://issuer.example",
        "aud": "vyomo",
        "sub": "ann",
        "exp": now + 3_600,
        "scope": "openid vyomo:viewer",
    });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}
