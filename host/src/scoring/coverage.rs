//! What the detectors of a run could find.

use std::collections::BTreeSet;

use crate::domain::{family::Family, label::Label};

/// A kind that a detector emits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitter {
    /// Family.
    pub family: Family,
    /// Name of the detector; `conflict-panel` for conflicts.
    pub detector: String,
    /// Kind.
    pub kind: String,
    /// Why the detector did not run, if so.
    pub silent: Option<String>,
}

/// What the detectors of a run could find.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// All kinds of all detectors, also of those that did not run.
    pub emitters: Vec<Emitter>,
    /// Subjects with rows, by family and name.
    pub subjects: BTreeSet<(Family, String)>,
}

impl Coverage {
    /// Why no running detector could find `label` at any time; `None` if one could.
    pub(super) fn gap(&self, label: &Label) -> Option<String> {
        let able = || {
            let of_family = self.emitters.iter().filter(|emitter| emitter.family == label.family);
            of_family.filter(|emitter| label.kind.covers(&emitter.kind))
        };
        if able().any(|emitter| emitter.silent.is_none()) {
            let subject = (label.family, label.subject.to_string());
            let unseen = !self.subjects.contains(&subject);
            return unseen.then(|| format!("no {} rows of {}", label.family.name(), label.subject));
        }
        let silent = able().find_map(|it| Some(format!("{}: {}", it.detector, it.silent.as_ref()?)));
        Some(silent.unwrap_or_else(|| "no component of this run looks for it".to_owned()))
    }
}
