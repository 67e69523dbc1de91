//! A run over files or built-in data.

pub mod generate;
