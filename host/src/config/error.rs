//! What can be wrong with settings. No message shows a value that may be secret.

use std::{fs, io, path::Path, path::PathBuf};

use figment::{
    Metadata, Source,
    error::{Actual, Kind},
};

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {reason}; --config names the file of settings")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The file is no TOML.
    #[error("{path}, line {line}: {reason}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line in it, from 1.
        line: usize,
        /// What the parser said, without the line's text.
        reason: String,
    },
    /// A key or its value cannot be used.
    #[error("{origin}: {reason}")]
    Invalid {
        /// File or environment, and the key.
        origin: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The data folder cannot be made absolute.
    #[error("data_dir {path} is no usable path: {reason}")]
    DataDir {
        /// As configured.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
}

impl ConfigError {
    pub(super) fn invalid(error: &figment::Error) -> Self {
        let origin = error.metadata.as_ref().map_or_else(|| "settings".into(), |it| origin(it, &error.path));
        Self::Invalid { origin, reason: reason(error) }
    }
}

/// Refuses what is no TOML, without the excerpt that the parser's own message would show.
pub(super) fn check_syntax(path: &Path) -> Result<(), ConfigError> {
    let text =
        fs::read_to_string(path).map_err(|reason| ConfigError::Unreadable { path: path.into(), reason })?;
    let Err(error) = toml::from_str::<toml::Table>(&text) else { return Ok(()) };
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Err(ConfigError::Syntax { path: path.into(), line, reason: error.message().into() })
}

fn origin(metadata: &Metadata, path: &[String]) -> String {
    match &metadata.source {
        Some(Source::File(file)) => format!("{}: {}", file.display(), path.join(".")),
        _ => format!("{}{}", super::PREFIX, path.join("__").to_uppercase()),
    }
}

fn reason(error: &figment::Error) -> String {
    match &error.kind {
        Kind::UnknownField(name, known) => unknown(name, known),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("{} was given where {expected} is needed", shown(found))
        }
        Kind::Message(text) => text.clone(),
        other => other.to_string(),
    }
}

fn unknown(name: &str, known: &[&str]) -> String {
    let nearest = known.iter().max_by(|a, b| {
        let likeness = |known: &str| strsim::jaro_winkler(known, name);
        likeness(a).total_cmp(&likeness(b))
    });
    let suggestion = nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
    format!("there is no setting `{name}`{suggestion} There are {}", known.join(", "))
}

/// A text may be a password that was put in the wrong place.
fn shown(found: &Actual) -> String {
    match found {
        Actual::Str(_) | Actual::Char(_) | Actual::Bytes(_) | Actual::Other(_) => "a text".into(),
        other => other.to_string(),
    }
}
