use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the host listens, and to whom.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port of GraphQL and REST.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Answers whoever asks without a key. Only for this machine: the host refuses to start so on any other address.
    pub development: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 8080).into(), development: false }
    }
}
