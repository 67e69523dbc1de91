use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::{config::Secret, ledger::hash::Hash};

/// What every key begins with, so that people and secret scanners know it when they see one.
const PREFIX: &str = "vyk_";

/// Digits after the prefix: 256 bits.
const DIGITS: usize = 43;

/// Longest name of a key.
const LONGEST_NAME: usize = 64;

/// A key itself, as its owner has it.
#[derive(Clone, Debug)]
pub struct SecretKey(Secret);

impl SecretKey {
    /// A key that nobody can guess.
    ///
    /// # Errors
    ///
    /// If the operating system has no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(Secret::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits)))))
    }

    /// What looks like a key.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (digits.len() == DIGITS && digits.bytes().all(is_digit)).then(|| Self(Secret::from(text.to_owned())))
    }

    /// What is kept of it. The key has 256 random bits, so a slow hash would add nothing.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.expose().as_bytes())
    }

    /// The text, for its owner.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Whether a key may be called so: 1 to 64 letters, digits, dots, dashes and underscores that are no id.
pub fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits) && Uuid::parse_str(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_made() {
        let key = SecretKey::random().unwrap();
        assert_eq!(SecretKey::parse(key.expose()).unwrap().hash(), key.hash());
        assert_ne!(SecretKey::random().unwrap().hash(), key.hash());
    }

    #[test]
    fn what_is_no_key_is_not_read_as_one() {
        let key = SecretKey::random().unwrap().expose().to_owned();
        for wrong in [&key[1..], &key[..key.len() - 1], &format!("{key}A"), &key.replace("vyk_", "sk__"), ""]
        {
            assert!(SecretKey::parse(wrong).is_none(), "{wrong}");
        }
        assert!(SecretKey::parse(&format!("vyk_{}", "é".repeat(21) + "a")).is_none());
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = SecretKey::random().unwrap();
        assert!(!format!("{key:?}").contains(key.expose()));
    }

    #[test]
    fn names_are_short_and_no_ids() {
        assert!(is_name("desk-1.prod_a"));
        let long = "a".repeat(65);
        for wrong in ["", "a b", "token:x", "ü", &long, "018f4f7e-0000-7000-8000-000000000000"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
