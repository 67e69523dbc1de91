//! Who asks, and what they may do.

mod bearer;
mod caller;
mod charges;
mod failures;
mod gate;
mod keys;
mod recent;
mod secret_key;
mod tokens;

pub use crate::domain::scope::{Scope, Scopes};
pub use caller::{Caller, Credential};
pub use gate::Access;
pub use secret_key::{SecretKey, is_name};
