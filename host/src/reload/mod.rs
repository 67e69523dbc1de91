//! Which code runs, and how it is replaced while rows come in.

mod code;
mod error;
mod files;
mod read;
mod rounds;
mod swap;
mod trial;
mod watch;

pub use code::{Code, LiveCode, Refusals, Stage};
pub use error::ReloadError;
pub use rounds::put_on_trial;
pub use swap::{Compared, Swapped};
