//! Plugins: what runs, how it does, and other sets of them.

use super::{Platform, Result, views::PluginSet};
use crate::{
    access::{Caller, Scope},
    ledger::hash::Hash,
};

/// The set that runs, with its figures.
///
/// # Errors
///
/// If the caller may not see it, or nothing runs yet.
#[expect(clippy::unused_async, reason = "what runs comes with the live pipeline")]
pub async fn list(_: &Platform, caller: &Caller) -> Result<PluginSet> {
    caller.check(Scope::Viewer)?;
    Err(super::not_live("plugins"))
}

/// Reads the folder of plugins anew and lets that set run from here on, or refuses it whole.
///
/// # Errors
///
/// If the caller may not, or the set is refused.
#[expect(clippy::unused_async, reason = "what runs comes with the live pipeline")]
pub async fn reload(_: &Platform, caller: &Caller) -> Result<PluginSet> {
    caller.check(Scope::Admin)?;
    Err(super::not_live("plugins"))
}

/// Brings the kept version of this hash back in the place of the plugin of its name.
///
/// # Errors
///
/// If the caller may not, no version of this hash is kept, or the set is refused.
#[expect(clippy::unused_async, reason = "what runs comes with the live pipeline")]
pub async fn roll_back(_: &Platform, caller: &Caller, _: Hash) -> Result<PluginSet> {
    caller.check(Scope::Admin)?;
    Err(super::not_live("plugins"))
}
