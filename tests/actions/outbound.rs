//! Where requests may go, and how they are signed.

use std::{
    io::ErrorKind,
    net::{IpAddr, TcpListener},
    time::Duration,
};

use host::{
    actions::webhook::{EndpointError, Endpoints},
    config::{Secret, WebhookConfig},
    outbound::{Message, Outbound, SigningKey, Target, TargetError, is_public, sign},
};

use crate::{receiver::SECRET, support::minute};

fn key(secret: &str) -> SigningKey {
    SigningKey::parse(&Secret::from(secret.to_owned())).unwrap()
}

#[test]
fn a_signature_is_that_of_the_specification() {
    let signature =
        sign(&[key(SECRET)], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn each_secret_signs() {
    let other = key("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let (one, two) =
        (sign(&[key(SECRET)], "id", 1, b"{}"), sign(std::slice::from_ref(&other), "id", 1, b"{}"));
    assert_ne!(one, two);
    assert_eq!(sign(&[key(SECRET), other], "id", 1, b"{}"), format!("{one} {two}"));
}

#[test]
fn what_is_no_secret_is_refused_and_not_shown() {
    for text in
        ["", "whsec_", "hunter2", "whsec_hunter2", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    {
        let error = SigningKey::parse(&Secret::from(text.to_owned())).unwrap_err();
        assert!(
            error.to_string().starts_with("a secret is `whsec_` and 24 to 64 bytes in Base64"),
            "{error}"
        );
    }
    assert_eq!(format!("{:?}", key(SECRET)), "SigningKey(***)");
}

#[test]
fn only_addresses_of_the_internet_are_public() {
    let private = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456:789a::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];
    for text in private {
        assert!(!is_public(text.parse::<IpAddr>().unwrap()), "{text}");
    }
    let public = [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
    ];
    for text in public {
        assert!(is_public(text.parse::<IpAddr>().unwrap()), "{text}");
    }
}

#[test]
fn targets_that_are_not_allowed_are_refused_before_anything_is_sent() {
    use TargetError::*;
    let refused = [
        ("hooks.example.com", NoUrl),
        ("https://", NoUrl),
        ("http://hooks.example.com/", Scheme),
        ("ftp://hooks.example.com/", Scheme),
        ("file:///etc/passwd", Scheme),
        ("https://user@hooks.example.com/", Credentials),
        ("https://user:hunter2@hooks.example.com/", Credentials),
        ("https://:hunter2@hooks.example.com/", Credentials),
        ("https://127.0.0.1/", Private),
        ("https://127.1/", Private),
        ("https://2130706433/", Private),
        ("https://0x7f000001/", Private),
        ("https://0177.0.0.1/", Private),
        ("https://[::1]/", Private),
        ("https://[::ffff:10.0.0.1]/", Private),
        ("https://[64:ff9b::a00:1]/", Private),
        ("https://169.254.169.254/latest/meta-data", Private),
    ];
    for (url, reason) in refused {
        assert_eq!(Target::parse(url, false), Err(reason), "{url}");
    }
    for url in ["https://hooks.example.com/a?b", "https://8.8.8.8/", "https://[2606:4700::1111]:8443/"] {
        assert!(Target::parse(url, false).is_ok(), "{url}");
    }
    for url in ["http://127.0.0.1:8080/", "https://10.0.0.1/", "http://localhost/"] {
        assert!(Target::parse(url, true).is_ok(), "{url}");
    }
    assert_eq!(Target::parse("ftp://127.0.0.1/", true), Err(Scheme));
    assert_eq!(Target::parse("http://a:b@127.0.0.1/", true), Err(Credentials));
}

#[test]
fn a_target_shows_its_host_alone() {
    let target = Target::parse("https://hooks.example.com/path-secret?token=hunter2", false).unwrap();
    assert_eq!(format!("{target:?}"), "Target(hooks.example.com)");
}

#[tokio::test]
async fn a_name_that_leads_home_is_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let outbound = Outbound::new(Duration::from_secs(5)).unwrap();
    let message = Message { id: "m", body: b"{}" };
    let target = Target::parse(&format!("https://localhost:{port}/"), false).unwrap();
    let failure = outbound.post(&target, &[key(SECRET)], message, minute(0)).await.unwrap_err();
    assert!(failure.reason.contains("not of the public internet"), "{failure}");
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn endpoints_that_cannot_be_used_are_named_without_their_secrets() {
    let of = |url: &str, secrets: &[&str]| {
        let config = WebhookConfig {
            url: Secret::from(url.to_owned()),
            secrets: secrets.iter().map(|secret| Secret::from((*secret).to_owned())).collect(),
            allow_private: false,
        };
        Endpoints::of(&[("desk".to_owned(), config)].into())
    };
    let errors = [
        of("https://me:hunter2@example.com/", &[SECRET]).unwrap_err(),
        of("https://example.com/hunter2", &["whsec_hunter2"]).unwrap_err(),
        of("https://example.com/hunter2", &[]).unwrap_err(),
    ];
    assert!(matches!(
        errors,
        [EndpointError::Url { .. }, EndpointError::Secret { .. }, EndpointError::NoSecret { .. }]
    ));
    for error in errors.map(|error| error.to_string()) {
        assert!(error.starts_with("webhooks.desk."), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let shown = format!("{:?}", of("https://example.com/hunter2", &[SECRET]).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains(&SECRET[6..]), "{shown}");
}
