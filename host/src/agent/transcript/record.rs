use std::{
    fs::{File, OpenOptions, Permissions},
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::Entry;
use crate::agent::{AgentError, Clock, Consultation, Prompt, model::Model};

/// Mode of a file that its owner alone reads and writes.
const OWNER: u32 = 0o600;

/// Writes a transcript, for its owner alone.
pub struct Recorder {
    file: Mutex<File>,
    clock: Clock,
}

impl Recorder {
    /// Begins a transcript, in the place of an older one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path, clock: Clock) -> Result<Self, AgentError> {
        let file = open(path).map_err(|reason| AgentError::Transcript { path: path.into(), reason })?;
        Ok(Self { file: Mutex::new(file), clock })
    }

    /// Asks a model and takes it down. A line that cannot be written costs the replay, not the decision.
    pub(in crate::agent) async fn consult(&self, model: &Model, prompt: &Prompt) -> Consultation {
        let began = (self.clock)();
        let said = model.consult(prompt).await;
        let latency = (self.clock)().0.saturating_sub(began.0).max(0);
        if let Err(reason) = self.write(&Entry::new(prompt, &said, latency)) {
            tracing::error!(%reason, "the transcript lacks an answer");
        }
        said
    }

    fn write(&self, entry: &Entry) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

/// An older file keeps its mode when it is opened; a device is not ours to close to others.
fn open(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(OWNER).open(path)?;
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(OWNER))?;
    }
    Ok(file)
}
