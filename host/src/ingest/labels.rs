//! Rows of labels files.

use super::{
    cell::Cell,
    input::Role,
    reject::Reason,
    table::{Column, Holds, Rows, required},
};
use crate::domain::{
    family::Family,
    label::{Label, LabelKind},
};

/// Takes the labels of one file.
#[derive(Debug)]
pub(super) struct LabelRows<'a> {
    pub(super) labels: &'a mut Vec<Label>,
}

impl Rows<5> for LabelRows<'_> {
    const ROLE: Role = Role::Labels;
    const COLUMNS: [Column; 5] = [
        required("start", Holds::Time),
        required("end", Holds::Time),
        required("family", Holds::Text),
        required("subject", Holds::Text),
        required("kind", Holds::Text),
    ];

    fn take(&mut self, _: u64, cells: [Cell<'_>; 5]) -> Result<(), Reason> {
        let [start, end, family, subject, kind] = cells;
        let (start, end) = (start.time("start")?, end.time("end")?);
        let family = Family::parse(family.text("family")?)
            .ok_or_else(|| family.unreadable("family", "market, conflict or behavior"))?;
        let subject = subject.text("subject")?.into();
        let kind = LabelKind::parse(kind.text("kind")?);
        if end < start {
            return Err(Reason::EndsBeforeStart);
        }
        self.labels.push(Label { start, end, family, subject, kind });
        Ok(())
    }
}
