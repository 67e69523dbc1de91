//! What a model was asked and answered, one JSON object a line, for runs without the model.
//!
//! A transcript holds no key and no header. With `agent.pseudonyms` it holds no trader's name either.

mod entry;
mod record;
mod replay;

pub use entry::Entry;
pub use record::Recorder;
pub use replay::Replay;
