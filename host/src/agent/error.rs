use std::{io, path::PathBuf};

/// Why the agent cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The component does not ask for the power.
    #[error("{plugin} does not ask for {power} in its manifest, so no model can be lent to it")]
    NotAsked {
        /// The component's name.
        plugin: String,
        /// The power's name.
        power: &'static str,
    },
    /// The configuration does not grant the power.
    #[error(
        "{plugin} asks for {power}, and the configuration does not grant it. To grant it, write\n\n    \
         [plugins.{plugin}]\n    grants = [\"{power}\"]\n"
    )]
    NotGranted {
        /// The component's name.
        plugin: String,
        /// The power's name.
        power: &'static str,
    },
    /// There is no key.
    #[error(
        "Claude needs a key: set VYOMO_AGENT__API_KEY, or `api_key` in the section [agent] of the configuration"
    )]
    NoKey,
    /// The address of the API is none.
    #[error(
        "agent.base_url is not the address of an API: {reason}; the usual one is https://api.anthropic.com"
    )]
    BaseUrl {
        /// What is wrong.
        reason: String,
    },
    /// The machine cannot make requests.
    #[error("requests cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// The component's hash is no digest.
    #[error("the hash of {plugin} is no SHA-256 digest")]
    Hash {
        /// The component's name.
        plugin: String,
    },
    /// There is no model whose answers could be recorded.
    #[error(
        "--record-agent records what a model says, and the scorecard asks none; use it with --agent claude"
    )]
    NothingToRecord,
    /// A transcript cannot be read or written.
    #[error("the transcript {path} cannot be used: {reason}")]
    Transcript {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A line of a transcript is none.
    #[error("the transcript {path}, line {line}: {reason}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}
