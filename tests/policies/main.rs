//! Policies: real files, the real interpreter and the real command.

mod answers;
mod checks;
mod limits;
mod support;
