//! What operators decide by: a folder of Rhai files, read as a set, checked before it is used, and pure. A policy sees
//! one [`Case`](crate::domain::case::Case) and answers; it reaches no file, network, clock or chance.

mod answer;
mod call;
mod case_values;
mod cases;
mod check;
mod constructors;
mod engine;
mod error;
mod failure;
mod families;
mod library;
mod live;
mod privacy;
mod probe;
mod program;
mod reference;
mod set;
mod shape;
mod source;
mod words;

pub use error::{PolicyError, Problem, Refused};
pub use live::Live;
pub use reference::page as reference;
pub use set::PolicySet;
