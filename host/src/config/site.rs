use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// A web site as browsers name it: scheme, host, and port where it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Site(String);

impl Site {
    /// As in the header `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Site {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let origin = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        match origin.map(|url| url.origin().ascii_serialization()) {
            Some(origin) if origin == text => Ok(Self(text)),
            Some(origin) => Err(format!("a site is named without a path or usual port, as {origin}")),
            None => Err("a site is named as https://desk.example; there is no sign for all sites".to_owned()),
        }
    }
}
