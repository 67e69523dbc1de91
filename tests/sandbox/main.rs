//! What plugins can do wrong, and what the host makes of it.

mod calls;
mod data;
mod files;
mod native;
mod promises;
mod traps;
mod wasi;
