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
