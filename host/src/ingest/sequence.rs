//! Time order within a subject, in one file.

use super::reject::Reason;

/// The latest time of each subject so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequence {
    latest: Vec<Option<i64>>,
}

impl Sequence {
    /// The subject's latest time; refuses an `at` before it.
    pub(super) fn check(&self, subject: u32, at: i64) -> Result<Option<i64>, Reason> {
        let latest = self.latest.get(subject as usize).copied().flatten();
        match latest {
            Some(latest) if at < latest => Err(Reason::Backwards(latest)),
            _ => Ok(latest),
        }
    }

    /// Notes an accepted row.
    pub(super) fn advance(&mut self, subject: u32, at: i64) {
        let index = subject as usize;
        if self.latest.len() <= index {
            self.latest.resize(index + 1, None);
        }
        self.latest[index] = Some(at);
    }
}
