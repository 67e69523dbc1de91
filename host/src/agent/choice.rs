use std::path::PathBuf;

/// Who decides what policies leave open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The scorecard of the agent's component.
    #[default]
    Scorecard,
    /// Claude, over the network.
    Claude,
    /// The answers of an earlier run.
    Replay(PathBuf),
}

impl Choice {
    /// Reads `scorecard`, `claude`, or `replay` and a file.
    ///
    /// # Errors
    /// Says what may be written.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        match words {
            [one] if one == "scorecard" => Ok(Self::Scorecard),
            [one] if one == "claude" => Ok(Self::Claude),
            [one, file] if one == "replay" => Ok(Self::Replay(file.into())),
            _ => Err(format!("--agent {}: write scorecard, claude, or replay FILE", words.join(" "))),
        }
    }
}
