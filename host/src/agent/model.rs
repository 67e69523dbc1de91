use super::{
    Consultation, Prompt,
    claude::Claude,
    transcript::{Recorder, Replay},
};

/// Who answers what the component asks.
pub(super) enum Model {
    Claude(Box<Claude>),
    Replay(Replay),
}

impl Model {
    pub(super) async fn consult(&self, prompt: &Prompt) -> Consultation {
        match self {
            Self::Claude(claude) => claude.consult(prompt).await,
            Self::Replay(replay) => replay.consult(prompt),
        }
    }
}

/// A model, and where its answers are written down.
pub(super) struct Lent {
    pub(super) model: Model,
    pub(super) recorder: Option<Recorder>,
}
