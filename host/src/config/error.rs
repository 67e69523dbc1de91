//! What can be wrong with settings. No message shows a value that may be secret.

use std::{fs, io, path::Path, path::PathBuf};

use figment::{
    Metadata, Source,
    error::{Actual, Kind},
};

use super::{Origin, schema};

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

/// File or variable, and the key.
fn origin(metadata: &Metadata, path: &[String]) -> String {
    match Origin::of(metadata, path) {
        Origin::File(file) => format!("{file}: {}", path.join(".")),
        origin => origin.to_string(),
    }
}

fn reason(error: &figment::Error) -> String {
    match &error.kind {
        Kind::UnknownField(name, known) => unknown("setting", name, known),
        Kind::UnknownVariant(name, known) => unknown("choice", name, known),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            let found = shown(found, &error.path);
            format!("{found} was given where {} is needed{}", needed(expected), hint(error, expected))
        }
        Kind::Message(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Likeness below which another name is no suggestion (Jaro and Winkler's, 0 to 1).
const LIKE: f64 = 0.7;

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let likeness = |known: &&&str| strsim::jaro_winkler(known, name);
    let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let suggestion = nearest
        .filter(|nearest| likeness(nearest) >= LIKE || strsim::osa_distance(nearest, name) == 1)
        .map(|nearest| format!("did you mean `{nearest}`? "))
        .unwrap_or_default();
    format!("there is no {what} `{name}`; {suggestion}There are {}", known.join(", "))
}

/// What is needed, in words that are none of this program's.
fn needed(expected: &str) -> String {
    let (least, kind) = expected.strip_prefix("a nonzero ").map_or((0, expected), |kind| (1, kind));
    match kind {
        "u8" => format!("a whole number from {least} to {}", u8::MAX),
        "u16" => format!("a whole number from {least} to {}", u16::MAX),
        "u32" | "u64" | "usize" => format!("a whole number of at least {least}"),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        _ => expected.to_owned(),
    }
}

/// Values of variables are read as TOML, so that digits alone are a number.
fn hint(error: &figment::Error, expected: &str) -> &'static str {
    let from_variable = error.metadata.as_ref().is_some_and(|it| !matches!(it.source, Some(Source::File(_))));
    if from_variable && expected.contains("string") {
        "; put double quotes around it, within those of the shell"
    } else {
        ""
    }
}

/// What was given, unless it may be a password, or one in the wrong place.
fn shown(found: &Actual, path: &[String]) -> String {
    match found {
        Actual::Str(text) if schema::is_open(path) => format!("`{text}`"),
        Actual::Str(_) | Actual::Char(_) | Actual::Bytes(_) | Actual::Other(_) => "a text".into(),
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) if !schema::is_open(path) => {
            "a number".into()
        }
        other => other.to_string(),
    }
}
