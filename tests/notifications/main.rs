//! Who is told what, when, and how often: on a real Postgres, and to real servers on sockets.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod commands;
mod hosts;
mod mail;
mod mail_server;
mod preferences;
mod privacy;
mod quiet_hours;
mod receiver;
mod support;
mod together;
mod webhooks;
