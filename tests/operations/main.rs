//! What operators set up, check and run.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod settings;
