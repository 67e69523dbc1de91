//! Whether this host could serve, and what to do if not. Nothing is changed.

mod settings;

pub use settings::faults;
