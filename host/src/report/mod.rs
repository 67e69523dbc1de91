//! What people read.

pub mod html;
mod notes;
pub mod terminal;
mod words;
