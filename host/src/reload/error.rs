use std::path::PathBuf;

use crate::{
    agent::AgentError,
    detectors::{build::BuildError, error::LoadError},
    live::IngestError,
    policy::Refused as PoliciesRefused,
    store::error::StoreError,
};

/// Why a set of components or policies does not run.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// There is no such folder.
    #[error(
        "there is no folder of plugins {path}: start the host where there is one, or name one with code.plugins \
         (VYOMO_CODE__PLUGINS); an empty one will do, and finds nothing"
    )]
    NoPlugins {
        /// Where it should be.
        path: PathBuf,
    },
    /// The folder cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The sources cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// There is nothing in it.
    #[error("{path} holds no components; `host plugin build {path}` makes them of sources")]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// Some of the set cannot be used, so none of it is.
    #[error("the set is refused: {}", list(refused))]
    Refused {
        /// Each file and what is wrong with it.
        refused: Vec<(PathBuf, LoadError)>,
    },
    /// The agent cannot be started.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The policies cannot be used.
    #[error(transparent)]
    Policies(#[from] PoliciesRefused),
    /// No kept component or set of policies has this hash.
    #[error(
        "nothing with the hash {hash} is kept; `host plugin versions` and `host policy list` show what is"
    )]
    Unknown {
        /// What was asked for.
        hash: String,
    },
    /// A component that is kept may not run.
    #[error("{name} is not brought back: it {error}")]
    NotAdmitted {
        /// Its name.
        name: String,
        /// Which rule it breaks.
        error: LoadError,
    },
    /// The set ran before and was withdrawn, and nobody has asked for it since.
    #[error(
        "the components in {path} were withdrawn: {reason}. Those before run in their place until other ones \
         are there, or `host plugin reload` has these tried again"
    )]
    Withdrawn {
        /// The folder.
        path: PathBuf,
        /// What they did.
        reason: String,
    },
    /// The set was withdrawn, and the one before cannot run either.
    #[error(
        "the components in {path} were withdrawn: {reason}. Those before cannot run in their place: {why}. \
         Put other ones there"
    )]
    NoWayBack {
        /// The folder.
        path: PathBuf,
        /// What they did.
        reason: String,
        /// What is wrong with those before.
        why: String,
    },
    /// A component failed on rows that are on record.
    #[error("{name} does not get through the rows that are on record, so nothing has changed: {reason}")]
    Unfit {
        /// Its name.
        name: String,
        /// How it failed.
        reason: String,
    },
    /// The operating system gave no thread.
    #[error("no thread to warm components on: {0}")]
    Threads(String),
    /// What it was made ready for is not there any more.
    #[error("a worker stopped or started over meanwhile, so nothing has changed; try again")]
    Interrupted,
    /// Workers are gone.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A component cannot be started.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn list(refused: &[(PathBuf, LoadError)]) -> String {
    let lines = refused.iter().map(|(path, error)| format!("{}: {error}", path.display()));
    lines.collect::<Vec<_>>().join("; ")
}

impl ReloadError {
    /// Whether the same set may well be put in place a little later.
    pub(super) const fn is_passing(&self) -> bool {
        matches!(self, Self::Interrupted | Self::Ingest(_) | Self::Store(_))
    }
}
