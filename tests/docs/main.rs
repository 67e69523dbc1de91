//! The documents say what is so.

mod code;
mod commands;
mod markdown;
mod score;
