//! A run over files or built-in data.

pub mod batches;
pub mod generate;
pub mod run;
pub mod baseline;
pub mod result;
