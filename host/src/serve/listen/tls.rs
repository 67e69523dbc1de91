//! Certificates, read again when their files change.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum_server::tls_rustls::RustlsConfig;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::{config::TlsConfig, serve::ServeError};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What the server shows of itself.
pub(in crate::serve) struct Certificates {
    files: TlsConfig,
    shown: RustlsConfig,
    bytes: (Vec<u8>, Vec<u8>),
}

impl Certificates {
    /// Those of the files.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is no PEM, or the key is not that of the certificate.
    pub(in crate::serve) fn read(files: TlsConfig) -> Result<Self, ServeError> {
        let bytes = bytes(&files)?;
        let shown = RustlsConfig::from_config(Arc::new(parse(&files, &bytes)?));
        Ok(Self { files, shown, bytes })
    }

    pub(super) fn config(&self) -> RustlsConfig {
        self.shown.clone()
    }

    /// Shows new ones when the files change; what cannot be used changes nothing.
    pub(super) async fn keep_current(mut self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.look() {
                Ok(true) => tracing::info!("a new certificate is in use"),
                Ok(false) => {}
                Err(error) => tracing::warn!("the certificate stays as it was: {error}"),
            }
        }
    }

    fn look(&mut self) -> Result<bool, ServeError> {
        let bytes = bytes(&self.files)?;
        if bytes == self.bytes {
            return Ok(false);
        }
        self.shown.reload_from_config(Arc::new(parse(&self.files, &bytes)?));
        self.bytes = bytes;
        Ok(true)
    }
}

fn bytes(files: &TlsConfig) -> Result<(Vec<u8>, Vec<u8>), ServeError> {
    let read = |file: &PathBuf| std::fs::read(file).map_err(|reason| unusable(file, &reason));
    Ok((read(&files.certificate)?, read(&files.key)?))
}

fn parse(files: &TlsConfig, (certificate, key): &(Vec<u8>, Vec<u8>)) -> Result<ServerConfig, ServeError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(|reason| unusable(&files.certificate, &reason))?;
    if chain.is_empty() {
        return Err(unusable(&files.certificate, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|reason| unusable(&files.key, &reason))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|reason| unusable(&files.certificate, &reason))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn unusable(file: &Path, reason: &dyn std::fmt::Display) -> ServeError {
    ServeError::Certificate { file: file.to_owned(), reason: reason.to_string() }
}
