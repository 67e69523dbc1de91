//! Labels: what was really anomalous.

use super::family::Family;

/// What a label says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// An anomaly of this kind; `None` stands for any kind of the family (`*`).
    Anomaly(Option<Box<str>>),
    /// Nobody can say; `None` for any kind, else for this kind alone.
    Ignore(Option<Box<str>>),
}

impl LabelKind {
    /// As in files: `KIND`, `*`, `ignore` or `ignore:KIND`.
    pub fn parse(text: &str) -> Self {
        let named = |kind: &str| (kind != "*").then(|| kind.into());
        match text.strip_prefix("ignore") {
            Some("") => Self::Ignore(None),
            Some(rest) if rest.starts_with(':') => Self::Ignore(named(&rest[1..])),
            _ => Self::Anomaly(named(text)),
        }
    }

    /// Whether it speaks about findings of `kind`.
    pub fn covers(&self, kind: &str) -> bool {
        let (Self::Anomaly(own) | Self::Ignore(own)) = self;
        own.as_deref().is_none_or(|own| own == kind)
    }

    /// Whether nobody can say.
    pub const fn is_ignore(&self) -> bool {
        matches!(self, Self::Ignore(_))
    }
}

/// A stretch of time of one subject. Both ends belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// First moment, microseconds since 1970 UTC.
    pub start: i64,
    /// Last moment, microseconds since 1970 UTC.
    pub end: i64,
    /// Family that it is about.
    pub family: Family,
    /// Symbol or trader by name.
    pub subject: Box<str>,
    /// What it says.
    pub kind: LabelKind,
}

impl Label {
    /// Whether a moment lies between its ends.
    pub fn spans(&self, at: i64) -> bool {
        (self.start..=self.end).contains(&at)
    }
}
