//! The agent: a case in, a verdict out, and never an error.
//!
//! [`Agent`] has the component judge a case in its sandbox and lends it a model, if one is wanted and granted:
//! [`claude`] over the network or a [`transcript`]. [`bounds`] holds what comes back against what was allowed, since a
//! component is not trusted. What fails on the way becomes a verdict too, as the configuration says.

mod answer;
mod ask;
mod bounds;
mod choice;
pub mod claude;
mod consultation;
mod error;
mod failure;
mod metrics;
mod model;
mod prompt;
pub mod transcript;

pub use answer::Answer;
pub use ask::{Agent, Start};
pub use choice::Choice;
pub use consultation::{Consultation, Usage};
pub use error::AgentError;
pub use failure::{Failure, FailureKind};
pub use metrics::Metrics;
pub use prompt::Prompt;

use std::sync::Arc;

use crate::domain::time::Timestamp;

pub(crate) use bounds::check as within_bounds;

/// Tells the time. A clock is a parameter wherever time counts.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
