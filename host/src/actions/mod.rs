//! What is done about anomalies. Each type of action says purely what it does, [`perform`] does it in the database, a
//! [`Book`] in memory, and both can be undone. Most actions put a *control* in force, which trading systems ask for
//! before they act.

mod behavior;
mod book;
mod conflict;
mod effect;
mod error;
mod executor;
pub mod guard;
mod market;
mod parameters;
mod perform;
mod plan;
mod platform;
mod request;
mod roll_back;
pub mod webhook;

pub use book::Book;
pub use effect::{Effect, check, effect};
pub use error::EffectError;
pub use executor::{Executor, executor};
pub use guard::Guard;
pub use parameters::{Given, Kind, Parameter};
pub use perform::perform;
pub use plan::is_counted;
pub use request::{Cause, Request};
pub use roll_back::roll_back;
