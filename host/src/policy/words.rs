//! The bare words of policies.

use rhai::{Dynamic, Scope};

use crate::domain::{
    family::Family,
    finding::Severity,
    vocabulary::{ActionType, AnomalyType, DecidedBy, DecisionType},
};

/// What words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Decision,
    Severity,
    Priority,
    Action,
    Kind,
    Family,
    DecidedBy,
}

impl Group {
    pub(super) const ALL: [Self; 7] = [
        Self::Decision,
        Self::Severity,
        Self::Priority,
        Self::Action,
        Self::Kind,
        Self::Family,
        Self::DecidedBy,
    ];

    /// What its words are, for readers.
    pub(super) const fn about(self) -> &'static str {
        match self {
            Self::Decision => "decisions",
            Self::Severity => "severities",
            Self::Priority => "priorities",
            Self::Action => "actions",
            Self::Kind => "kinds",
            Self::Family => "families",
            Self::DecidedBy => "who decided",
        }
    }

    /// Words of the group.
    pub(super) fn words(self) -> Vec<Word> {
        let texts = |names: Vec<&'static str>| {
            names.into_iter().map(|name| Word { name: name.to_uppercase(), value: name.into() }).collect()
        };
        match self {
            Self::Decision => texts(DecisionType::ALL.iter().map(|one| one.name()).collect()),
            Self::Action => texts(ActionType::ALL.iter().map(|one| one.name()).collect()),
            Self::Kind => texts(AnomalyType::ALL.iter().map(|one| one.name()).collect()),
            Self::Family => texts(Family::ALL.iter().map(|one| one.name()).collect()),
            Self::DecidedBy => texts(DecidedBy::ALL.iter().map(|one| one.name()).collect()),
            // LOW and HIGH are severities, which `notify` takes as well.
            Self::Priority => texts(vec!["NORMAL", "URGENT"]),
            Self::Severity => [Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
                .into_iter()
                .map(|one| Word { name: one.name().to_owned(), value: Dynamic::from(one) })
                .collect(),
        }
    }
}

/// A bare word and its value.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) name: String,
    pub(super) value: Dynamic,
}

impl Word {
    /// As cases have it: the name, but for families, which are written small there.
    pub(super) fn text(&self) -> String {
        self.value.clone().into_string().unwrap_or_else(|_| self.name.clone())
    }
}

/// All words.
pub(super) fn all() -> impl Iterator<Item = Word> {
    Group::ALL.into_iter().flat_map(Group::words)
}

/// All words as constants.
pub(super) fn scope() -> Scope<'static> {
    let mut scope = Scope::new();
    for Word { name, value, .. } in all() {
        scope.push_constant_dynamic(name, value);
    }
    scope
}
