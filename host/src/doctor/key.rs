//! The key that blocks are signed with, and whether the ledger takes its signatures.

use super::Finding;
use crate::{
    config::Config,
    ledger::{
        keys::{HostKey, KeyError},
        seal::Head,
    },
    store::{Store, blocks, journal::Journal},
};

const CHECK: &str = "ledger key";

/// The key without the ledger.
pub(super) fn examine_file(config: &Config) -> Finding {
    match load(config) {
        Ok(key) => Finding::ok(CHECK, format!("key {}", key.id())),
        Err(error) => unusable(&error, true),
    }
}

/// The key and the ledger.
pub(super) async fn examine(config: &Config, store: &Store) -> Finding {
    let head = match blocks::head(store).await {
        Ok(head) => head,
        Err(error) => return Finding::problem("ledger", error.to_string(), "host ledger verify"),
    };
    let key = match load(config) {
        Ok(key) => key,
        Err(error) => return unusable(&error, head.is_none()),
    };
    let id = key.id();
    let standing = head.as_ref().map(|head| head.trust.trusted(&id).is_some());
    let copy = config.ledger_head_file();
    if let Err(error) = Journal::open(store.clone(), key, &copy).await {
        return Finding::problem("ledger", error.to_string(), "host ledger verify shows what is missing");
    }
    match (standing, head) {
        (None, _) | (_, None) => {
            Finding::ok(CHECK, format!("key {id}; the ledger is empty, and begins with it"))
        }
        (Some(true), Some(head)) => Finding::ok(CHECK, format!("key {id} is trusted; {}", length(&head))),
        (Some(false), Some(head)) => Finding::problem(
            CHECK,
            format!("key {id} may not sign in this ledger; {}", length(&head)),
            "`host ledger key request` here, then `host ledger key admit` on a host that may sign",
        ),
    }
}

fn length(head: &Head) -> String {
    format!("{} blocks", head.size())
}

fn load(config: &Config) -> Result<HostKey, KeyError> {
    match &config.ledger.key {
        Some(key) => HostKey::from_pem(key.expose()),
        None => HostKey::load(&config.ledger_key_file()),
    }
}

/// A missing key stands in nobody's way as long as nothing was signed.
fn unusable(error: &KeyError, is_new: bool) -> Finding {
    let advice = "`host ledger keygen` makes one";
    if is_new && matches!(error, KeyError::Missing(_)) {
        return Finding::warning(CHECK, "there is none yet", advice);
    }
    Finding::problem(
        CHECK,
        error.to_string(),
        "put the key of this ledger there, for its owner alone (chmod 600)",
    )
}
