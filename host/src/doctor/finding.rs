use serde::Serialize;

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// As it should be.
    Ok,
    /// A host would serve, and somebody should know this.
    Warning,
    /// A host would not serve, or not rightly.
    Problem,
}

impl Standing {
    /// As people and programs read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What there is.
    pub found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    /// Something that is as it should be.
    pub fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, standing: Standing::Ok, found: found.into(), advice: None }
    }

    /// Something that somebody should know.
    pub fn warning(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, standing: Standing::Warning, found: found.into(), advice: Some(advice.into()) }
    }

    /// Something that stands in the way.
    pub fn problem(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, standing: Standing::Problem, found: found.into(), advice: Some(advice.into()) }
    }
}
