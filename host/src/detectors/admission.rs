//! Which components may run: those that the operator lists and those that a publisher signed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    config::CodeConfig,
    ledger::{
        hash::{self, Hash},
        keys::{HostKey, PublicKey},
    },
};

use super::error::LoadError;

/// Begins what a publisher signs, so that a signature made for anything else means nothing here.
const CONTEXT: &str = "vyomo-component-v1";

/// A publisher's Ed25519 signature of a component: of its bytes, so of its name and version too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Signs the component of that hash.
    pub fn of(component: Hash, key: &HostKey) -> Self {
        Self(key.sign(&message(component)))
    }

    /// From its 64 bytes.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Its 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// The file in which the signature of a component's file is: `NAME.wasm.sig`.
    pub fn file(component: &Path) -> PathBuf {
        let mut name = component.as_os_str().to_owned();
        name.push(".sig");
        name.into()
    }

    /// What lies beside a component's file, if anything does.
    ///
    /// # Errors
    ///
    /// If it cannot be read or is no signature.
    pub fn beside(component: &Path) -> Result<Option<Self>, LoadError> {
        let path = Self::file(component);
        match fs::read_to_string(&path) {
            Ok(text) => match hash::decode(text.trim_end()) {
                Ok(bytes) => Ok(Some(Self(bytes))),
                Err(error) => Err(LoadError::NoSignature { path, reason: error.to_string() }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LoadError::NoSignature { path, reason: error.to_string() }),
        }
    }

    /// As its file holds it: hexadecimal digits and an end of line.
    pub fn to_text(self) -> String {
        hash::encode(&self.0) + "\n"
    }

    fn is_by(&self, publisher: &PublicKey, component: Hash) -> bool {
        publisher.verify(&message(component), &self.0)
    }
}

fn message(component: Hash) -> Vec<u8> {
    format!("{CONTEXT}\n{component}\n").into_bytes()
}

/// What components have to fulfil; nothing unless the operator says so.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    allow: Vec<String>,
    publishers: Vec<PublicKey>,
}

impl Admission {
    /// What these settings ask for.
    pub fn of(config: &CodeConfig) -> Self {
        Self { allow: config.allow.clone(), publishers: config.publishers.clone() }
    }

    /// Whether a component in a file may run, which is asked before anything of it is compiled.
    ///
    /// # Errors
    ///
    /// Which rule it breaks.
    pub fn check_file(&self, path: &Path, component: Hash) -> Result<(), LoadError> {
        let signature = if self.publishers.is_empty() { None } else { Signature::beside(path)? };
        self.check(path, component, signature)
    }

    /// Whether a component may run that has, or would have, this file and signature.
    ///
    /// # Errors
    ///
    /// Which rule it breaks.
    pub fn check(&self, path: &Path, component: Hash, signature: Option<Signature>) -> Result<(), LoadError> {
        let hash = component.to_string();
        if !self.allow.is_empty() && !self.allow.iter().any(|allowed| allowed.eq_ignore_ascii_case(&hash)) {
            return Err(LoadError::NotAllowed { hash });
        }
        if self.publishers.is_empty() {
            return Ok(());
        }
        let Some(signature) = signature else {
            return Err(LoadError::Unsigned { path: Signature::file(path) });
        };
        if self.publishers.iter().any(|publisher| signature.is_by(publisher, component)) {
            return Ok(());
        }
        Err(LoadError::WrongSignature { path: Signature::file(path) })
    }
}
