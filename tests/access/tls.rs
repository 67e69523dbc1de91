//! TLS by configuration.

use std::{fs, time::Duration};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, StatusCode};
use tests::serving::{Serving, Site};

use crate::support::{PATIENCE, guarded};

/// Writes a new certificate and its key, and gives the certificate.
fn renew(site: &Site) -> Certificate {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(site.path("cert.pem"), cert.pem()).unwrap();
    fs::write(site.path("key.pem"), signing_key.serialize_pem()).unwrap();
    Certificate::from_pem(cert.pem().as_bytes()).unwrap()
}

fn with_tls(site: Site) -> Site {
    site.with("VYOMO_SERVER__TLS__CERTIFICATE", "cert.pem").with("VYOMO_SERVER__TLS__KEY", "key.pem")
}

/// Asks a host that shows this certificate.
async fn ask(serving: &Serving, certificate: &Certificate) -> reqwest::Result<StatusCode> {
    let client =
        host::http::client(PATIENCE, |builder| builder.tls_certs_only([certificate.clone()])).unwrap();
    Ok(client.get(format!("{}/api/version", serving.url)).send().await?.status())
}

#[tokio::test]
async fn a_host_speaks_tls_and_takes_up_a_new_certificate() {
    let (_database, site) = guarded("tls").await;
    let (old, site) = (renew(&site), with_tls(site));
    let serving = site.serve();
    assert!(serving.url.starts_with("https://"), "{}", serving.url);
    assert_eq!(ask(&serving, &old).await.unwrap(), StatusCode::OK);
    let plain = serving.url.replace("https", "http");
    assert!(crate::support::client().get(format!("{plain}/api/version")).send().await.is_err());

    fs::write(site.path("cert.pem"), "half a certifica").unwrap();
    let new = renew(&site);
    let taken_up = async {
        while ask(&serving, &new).await.is_err() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken_up).await.unwrap();
    ask(&serving, &old).await.unwrap_err();
    assert_eq!(serving.stop().0, 0);
}

#[tokio::test]
async fn files_that_do_not_fit_are_named() {
    let (_database, site) = guarded("no_tls").await;
    renew(&site);
    let key = fs::read(site.path("key.pem")).unwrap();
    renew(&site);
    fs::write(site.path("other.pem"), key).unwrap();
    let mut site = with_tls(site);
    for (variable, file) in [
        ("VYOMO_SERVER__TLS__KEY", "other.pem"),
        ("VYOMO_SERVER__TLS__KEY", "missing.pem"),
        ("VYOMO_SERVER__TLS__CERTIFICATE", "key.pem"),
    ] {
        site = site.with(variable, file);
        let refused = site.host(&["serve"]);
        assert!(refused.code == 1 && refused.said().contains("server.tls"), "{refused:?}");
    }
}
