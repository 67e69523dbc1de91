//! Which code runs, and how it is replaced while rows come in.

mod aside;
mod asked;
mod code;
mod difference;
mod error;
mod files;
mod pasts;
mod plugins;
mod policies;
mod read;
mod rounds;
mod swap;
mod takeover;
mod trial;
mod watch;

pub use asked::{reload_plugins, reload_policies, roll_back_plugin, roll_back_policies};
pub use code::{Code, LiveCode, Refusals, Stage};
pub use error::ReloadError;
pub use plugins::By;
pub use rounds::{Watches, follow};
pub use swap::{Compared, Swapped};
