//! Who asks, and what they may do.

mod caller;
mod scope;

pub use caller::{Caller, Credential};
pub use scope::{Scope, Scopes};
