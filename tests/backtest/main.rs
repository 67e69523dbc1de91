//! The backtest, through the command and its files alone.
#![expect(
    clippy::unwrap_used,
    clippy::format_collect,
    reason = "what a test cannot read fails it; its files are small"
)]

mod bad_rows;
mod command;
mod data;
mod decisions;
mod determinism;
mod files;
mod lookahead;
mod meaning;
mod quality;
mod reports;
mod score;
mod sweep;
mod tables;
