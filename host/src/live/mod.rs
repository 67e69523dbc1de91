//! Rows that come in while the host runs.
//!
//! ```text
//! request -> engine: parts by symbol and trader -> worker: batch -> new rows -> detectors -> anomalies
//!                                                                      one change: rows, anomalies, decisions, blocks
//!         <- answer, when that is committed <-------------------------------------------------'
//! ```
//!
//! A worker is a thread that owns instances of all components and what they remember about its symbols and traders.
//! What waits while a batch is being written becomes the next batch, so batches grow under load and a lone row does
//! not wait. If a batch cannot be written, the worker forgets everything and reads it anew from the store: what
//! components remember never runs ahead of what is committed.

mod answer;
mod check;
mod claims;
mod engine;
mod error;
mod figures;
mod metrics;
mod openings;
mod part;
mod revivals;
mod sift;
mod slices;
mod subjects;
mod warm;
mod warming;
mod worker;

pub use answer::{Ingested, Kind, Problem};
pub use claims::Claims;
pub use engine::{Engine, Start};
pub use error::IngestError;
pub use figures::PluginFigures;
pub use metrics::Metrics;
pub(crate) use warm::Past;
pub(crate) use warming::{Span, Warming, Watched};
pub(crate) use worker::{Message, Prepared, Replacement, Shown};
