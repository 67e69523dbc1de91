use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Certificate and key of the server. Changed files are read within ten seconds.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// File of the certificate and those that vouch for it, in PEM, the server's own first.
    #[schemars(with = "String")]
    pub certificate: PathBuf,
    /// File of its secret key, in PEM.
    #[schemars(with = "String")]
    pub key: PathBuf,
}
