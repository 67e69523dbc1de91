//! A run over files or built-in data.

pub mod assemble;
pub mod baseline;
pub mod batches;
pub mod decide;
pub mod generate;
pub mod lookahead;
pub mod record;
pub mod result;
pub mod run;
pub mod sweep;
