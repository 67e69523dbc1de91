use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::keys::PublicKey;

/// Which detectors run and which policies decide, and how that may change while the host runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CodeConfig {
    /// Folder of components.
    #[schemars(with = "String")]
    pub plugins: PathBuf,
    /// Folder of policies.
    #[schemars(with = "String")]
    pub policies: PathBuf,
    /// Whether a change in one of the folders takes effect by itself, once it is complete and checked.
    pub watch: bool,
    /// SHA-256 of components that may run, hex; any may where this is empty.
    pub allow: Vec<String>,
    /// Ed25519 public keys, 64 hexadecimal digits each, as `host plugin sign` prints them: each component needs a signature
    /// by one of them, in `NAME.wasm.sig` beside it. None does where this is empty. What `allow` asks for is asked for
    /// besides. Policies are not signed: each change of these is a block, and cannot do more than `actions` lets it.
    #[schemars(with = "Vec<String>")]
    pub publishers: Vec<PublicKey>,
    /// Longest one call into a component may take, milliseconds.
    pub deadline_milliseconds: std::num::NonZeroU32,
    /// Seconds after which a component that was quarantined or has failed gets another try, since a busy machine or a few
    /// odd rows may have been why. Each time that it does not last as long the next pause is twice as long, up to an hour.
    pub retry_seconds: std::num::NonZeroU32,
    /// Minutes after new components took over in which many traps bring the old ones back.
    pub trial_minutes: u32,
    /// Traps in that time that are too many.
    pub trial_traps: std::num::NonZeroU32,
}

impl Default for CodeConfig {
    fn default() -> Self {
        Self {
            plugins: "plugins".into(),
            policies: "policies".into(),
            watch: true,
            allow: Vec::new(),
            publishers: Vec::new(),
            deadline_milliseconds: std::num::NonZeroU32::MIN.saturating_add(1_999),
            retry_seconds: std::num::NonZeroU32::MIN.saturating_add(59),
            trial_minutes: 10,
            trial_traps: std::num::NonZeroU32::MIN.saturating_add(9),
        }
    }
}
