//! Where each setting comes from.

use std::fmt;

use figment::{Figment, Metadata, Source};

use super::variable;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A file of this path.
    File(String),
    /// A variable of this name.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File(path) => out.write_str(path),
            Self::Variable(name) => out.write_str(name),
        }
    }
}

impl Origin {
    pub(super) fn of(metadata: &Metadata, path: &[String]) -> Self {
        match &metadata.source {
            Some(Source::File(file)) => Self::File(file.display().to_string()),
            _ => Self::Variable(variable(path)),
        }
    }
}

/// Where the settings that were read come from.
pub struct Sources(pub(super) Figment);

impl Sources {
    /// Who said what stands at a path.
    pub fn origin(&self, path: &[String]) -> Origin {
        let metadata = self.0.find_metadata(&path.join("."));
        metadata.map_or(Origin::Default, |metadata| Origin::of(metadata, path))
    }
}
