use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{Site, TlsConfig, TokensConfig};

/// Where the host listens, to whom, and how much it takes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port of GraphQL and REST.
    #[serde(deserialize_with = "address")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Answers whoever asks without a key. Only for this machine: the host refuses to start so on any other address.
    pub development: bool,
    /// Certificate and key, to speak TLS without a proxy.
    pub tls: Option<TlsConfig>,
    /// Whose signed tokens are taken beside API keys.
    pub tokens: Option<TokensConfig>,
    /// Web sites whose pages may ask, as `https://desk.example`; no other page may.
    pub allowed_origins: Vec<Site>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpAddr>,
    /// Requests that one key or token may send in a second, in the long run. A client that hands in rows in batches
    /// sends some tens; one that sends a thousand has gone wild.
    pub requests_per_second: NonZeroU32,
    /// Requests that it may send at once. Each field of a GraphQL operation counts.
    pub burst: NonZeroU32,
    /// Wrong keys and tokens in a minute from one address, after which others are told to wait; valid ones are let in.
    pub failures_per_minute: NonZeroU32,
    /// Most bytes of a request's body, unpacked. The usual 8 MiB hold some 40,000 bars.
    pub max_body_bytes: NonZeroUsize,
    /// Seconds until an answer has to begin.
    pub request_timeout_seconds: NonZeroU32,
    /// Seconds that a client may take to send the head of a request; the next one, too, on a connection that is kept.
    pub header_timeout_seconds: NonZeroU32,
    /// Most connections at a time; others wait to be accepted. The process needs as many file descriptors and some more
    /// (`ulimit -n`).
    pub max_connections: NonZeroU32,
    /// Seconds that requests under way may still take when the host is told to stop.
    pub drain_seconds: NonZeroU32,
    /// Whether answers are packed with gzip for clients that take it.
    pub gzip: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        let number = |number: u32| NonZeroU32::MIN.saturating_add(number - 1);
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            development: false,
            tls: None,
            tokens: None,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            requests_per_second: number(1_000),
            burst: number(2_000),
            failures_per_minute: number(60),
            max_body_bytes: NonZeroUsize::MIN.saturating_add((8 << 20) - 1),
            request_timeout_seconds: number(30),
            header_timeout_seconds: number(30),
            max_connections: number(4_000),
            drain_seconds: number(5),
            gzip: true,
        }
    }
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| D::Error::custom(format!("`{text}` is no address and port; write it as 127.0.0.1:8080")))
}

impl ServerConfig {
    /// Time until an answer has to begin.
    pub fn request_timeout(&self) -> Duration {
        seconds(self.request_timeout_seconds)
    }

    /// Time to send the head of a request.
    pub fn header_timeout(&self) -> Duration {
        seconds(self.header_timeout_seconds)
    }

    /// Time for requests under way when the host stops.
    pub fn drain(&self) -> Duration {
        seconds(self.drain_seconds)
    }
}

fn seconds(count: NonZeroU32) -> Duration {
    Duration::from_secs(count.get().into())
}
