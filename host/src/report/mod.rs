//! What people read.

pub mod html;
mod kinds;
mod notes;
#[cfg(test)]
pub(crate) mod sample;
pub mod terminal;
mod words;
