//! Signed tokens.

use std::sync::atomic::Ordering;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    issuer::{Issuer, Signer, claims},
    support::{SOMETHING, get, guarded, problem, status},
};

#[tokio::test]
async fn a_token_opens_what_its_scopes_cover_whatever_signs_it() {
    let (_database, site) = guarded("tokens").await;
    let issuer = Issuer::start().await;
    let (elliptic, edwards) = (Signer::elliptic("elliptic"), Signer::edwards("edwards", 1));
    let (rsa, pss) = (Signer::rsa("rsa", Algorithm::RS256), Signer::rsa("pss", Algorithm::PS256));
    let signers = [&rsa, &pss, &elliptic, &edwards];
    issuer.shows(&signers);
    let serving = issuer.trusted_by(site).serve();
    for signer in signers {
        let token = signer.sign(&claims(&json!({})));
        assert_eq!(status(&serving, SOMETHING, Some(&token)).await, StatusCode::NOT_FOUND, "{}", signer.id);
        for few in [json!({ "scope": "openid" }), json!({ "scope": "viewer" }), json!({ "scope": null })] {
            let refused = get(&serving, SOMETHING, Some(&signer.sign(&claims(&few)))).await;
            assert_eq!(problem(refused).await["code"], "FORBIDDEN", "{few}");
        }
    }
    let array = claims(&json!({ "scope": ["vyomo:operator"], "aud": ["other", "vyomo"] }));
    assert_eq!(status(&serving, SOMETHING, Some(&rsa.sign(&array))).await, StatusCode::NOT_FOUND);
    assert_eq!(issuer.asked.load(Ordering::Relaxed), 1, "keys are kept");
}

#[tokio::test]
async fn a_token_with_wrong_claims_is_refused() {
    let (_database, site) = guarded("claims").await;
    let issuer = Issuer::start().await;
    let signer = Signer::edwards("a", 1);
    issuer.shows(&[&signer]);
    let serving = issuer.trusted_by(site).serve();
    for wrong in [
        json!({ "aud": "somebody" }),
        json!({ "aud": null }),
        json!({ "iss": "https://issuer.example.evil" }),
        json!({ "iss": null }),
        json!({ "exp": 1_000_000_000 }),
        json!({ "exp": null }),
        json!({ "exp": "never" }),
        json!({ "nbf": 4_000_000_000_u64 }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
    ] {
        assert_refused(&serving, &signer.sign(&claims(&wrong)), &wrong.to_string()).await;
    }
}

#[tokio::test]
async fn a_token_that_the_issuer_did_not_sign_is_refused() {
    let (_database, site) = guarded("forged").await;
    let issuer = Issuer::start().await;
    let (ours, theirs) = (Signer::edwards("a", 1), Signer::edwards("a", 2));
    let rsa = Signer::rsa("rsa", Algorithm::RS256);
    issuer.shows(&[&ours, &rsa]);
    let serving = issuer.trusted_by(site).serve();
    let claims = claims(&json!({ "scope": "vyomo:admin" }));
    assert_refused(&serving, &theirs.sign(&claims), "another key").await;

    let token = ours.sign(&claims);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let others = encoded(
        &json!({ "iss": "https://issuer.example", "aud": "vyomo", "sub": "eve", "exp": 4_000_000_000_u64 }),
    );
    assert_refused(&serving, &format!("{header}.{others}.{signature}"), "other claims").await;
    assert_refused(&serving, &format!("{signed}."), "no signature").await;

    for none in ["none", "None", "NONE"] {
        let header = encoded(&json!({ "alg": none, "typ": "JWT", "kid": "a" }));
        assert_refused(&serving, &format!("{header}.{}.", encoded(&claims)), none).await;
    }

    // What is public is no secret: the keys as the issuer shows them, in all their spellings.
    let shown = rsa.shown();
    let modulus = shown["n"].as_str().unwrap();
    for secret in
        [shown.to_string().as_bytes(), modulus.as_bytes(), &URL_SAFE_NO_PAD.decode(modulus).unwrap()]
    {
        assert_refused(&serving, &Signer::hmac("rsa", secret).sign(&claims), "HMAC").await;
    }
    let point = URL_SAFE_NO_PAD.decode(ours.shown()["x"].as_str().unwrap()).unwrap();
    assert_refused(&serving, &Signer::hmac("a", &point).sign(&claims), "HMAC").await;
    assert_refused(
        &serving,
        &Signer::rsa("a", Algorithm::RS256).sign(&claims),
        "the algorithm of another key",
    )
    .await;
    assert_refused(
        &serving,
        &Signer::rsa("rsa", Algorithm::RS512).sign(&claims),
        "an algorithm that the key is not for",
    )
    .await;
}

#[tokio::test]
async fn unknown_keys_do_not_trouble_the_issuer() {
    let (_database, site) = guarded("unknown").await;
    let issuer = Issuer::start().await;
    let (old, new) = (Signer::edwards("old", 1), Signer::edwards("new", 2));
    issuer.shows(&[&old]);
    let serving = issuer.trusted_by(site).serve();
    let claims = claims(&json!({}));
    assert_eq!(status(&serving, SOMETHING, Some(&old.sign(&claims))).await, StatusCode::NOT_FOUND);
    for _ in 0..5 {
        assert_refused(&serving, &new.sign(&claims), "an unknown key").await;
    }
    assert_eq!(issuer.asked.load(Ordering::Relaxed), 1, "not more often than once a minute");
    assert_eq!(status(&serving, SOMETHING, Some(&old.sign(&claims))).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_host_starts_while_the_issuer_is_away() {
    let (_database, site) = guarded("away").await;
    let site = Issuer::start()
        .await
        .trusted_by(site)
        .with("VYOMO_SERVER__TOKENS__JWKS_URL", "http://127.0.0.1:9/keys");
    let key = crate::support::key(&site, "desk", "viewer");
    let serving = site.serve();
    let token = Signer::edwards("a", 1).sign(&claims(&json!({})));
    let refused = get(&serving, SOMETHING, Some(&token)).await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(problem(refused).await["code"], "UNAVAILABLE");
    assert_eq!(status(&serving, SOMETHING, Some(&key)).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn keys_are_fetched_over_tls() {
    let (_database, site) = guarded("plain").await;
    let site = Issuer::start().await.trusted_by(site);
    let refused = site.with("VYOMO_SERVER__TOKENS__JWKS_URL", "http://issuer.example/keys").host(&["serve"]);
    assert!(refused.code == 1 && refused.said().contains("https://issuer.example/keys"), "{refused:?}");
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

async fn assert_refused(serving: &tests::serving::Serving, token: &str, what: &str) {
    let refused = problem(get(serving, SOMETHING, Some(token)).await).await;
    assert_eq!(refused["code"], "UNAUTHENTICATED", "{what}");
}
