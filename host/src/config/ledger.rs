use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

/// How blocks are signed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LedgerConfig {
    /// File of the private key, PKCS#8 PEM, for its owner alone; `ledger/key.pem` in the data folder if not given.
    #[schemars(with = "Option<String>")]
    pub key_file: Option<PathBuf>,
    /// The private key itself, PKCS#8 PEM, instead of a file.
    pub key: Option<Secret>,
}
