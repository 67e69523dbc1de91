use std::fmt;

/// An e-mail address or a webhook's URL, which may hold a token: it is never shown where it is not asked for.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Contact(String);

impl Contact {
    /// An address as it was given.
    pub fn new(address: impl Into<String>) -> Self {
        Self(address.into())
    }

    /// The address, for those who deliver to it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it has the form of an e-mail address: something, one @, something, and neither spaces nor control
    /// characters.
    pub(super) fn is_email(&self) -> bool {
        let (local, domain) = self.0.split_once('@').unwrap_or_default();
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && self.is_one_word()
    }

    /// Whether it has the form of an HTTP URL.
    pub(super) fn is_url(&self) -> bool {
        let rest = self.0.strip_prefix("https://").or_else(|| self.0.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) && self.is_one_word()
    }

    fn is_one_word(&self) -> bool {
        !self.0.chars().any(|letter| letter.is_whitespace() || letter.is_control())
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Contact(..)")
    }
}
