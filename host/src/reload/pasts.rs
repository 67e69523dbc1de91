//! The pasts of what a worker watches, for components that are to know them too.

use std::{collections::VecDeque, sync::mpsc::SyncSender};

use tokio::{runtime::Handle, sync::oneshot};

use super::ReloadError;
use crate::{
    detectors::manifest::WarmUp,
    live::{IngestError, Message, Past, Prepared, Span, Warming, Watched},
    store::Store,
};

/// Symbols and traders that a worker is asked about at once.
const ASKED: usize = 256;

/// What a worker knew, and where the rows behind it are.
pub(super) struct Known {
    pub(super) store: Store,
    pub(super) runtime: Handle,
    pub(super) worker: SyncSender<Message>,
    pub(super) prepared: Prepared,
    /// Whether what is on record counts beside what components were shown, as it does to algorithms.
    pub(super) is_on_record: bool,
}

/// How much of each past is wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// History of bars and of fills that a state depends on.
    pub(super) memory: (WarmUp, WarmUp),
    /// Beside that, all of so long before the newest row, microseconds.
    pub(super) window: i64,
}

/// Pasts one after another: from the worker's memory, or where that does not reach, from the store.
pub(super) struct Pasts<'a> {
    known: &'a Known,
    wanted: Wanted,
    subjects: &'a [Watched],
    told: VecDeque<Past>,
}

impl<'a> Pasts<'a> {
    pub(super) const fn of(known: &'a Known, subjects: &'a [Watched], wanted: Wanted) -> Self {
        Self { known, wanted, subjects, told: VecDeque::new() }
    }

    /// The next one; `warming` is to be shown all of them.
    pub(super) fn next(&mut self, warming: &mut Warming) -> Result<Option<(&'a Watched, Past)>, ReloadError> {
        let Some((subject, rest)) = self.subjects.split_first() else { return Ok(None) };
        let past = if self.is_told(subject) {
            self.tell()?
        } else {
            let Known { store, runtime, .. } = self.known;
            runtime.block_on(warming.read(store, subject, self.wanted.span(subject)))?
        };
        self.subjects = rest;
        Ok(Some((subject, past)))
    }

    /// Whether the worker can tell.
    fn is_told(&self, subject: &Watched) -> bool {
        let Known { prepared, is_on_record, .. } = self.known;
        !is_on_record && prepared.knows(subject.is_trader, self.wanted.span(subject))
    }

    fn tell(&mut self) -> Result<Past, ReloadError> {
        if self.told.is_empty() {
            let asked = self.subjects.iter().take(ASKED).take_while(|subject| self.is_told(subject));
            let recalls =
                asked.map(|subject| self.known.prepared.recall(subject, self.wanted.span(subject))).collect();
            let (answer, told) = oneshot::channel();
            let worker = &self.known.worker;
            worker.send(Message::Recall(recalls, answer)).map_err(|_| IngestError::Stopping)?;
            self.told = told.blocking_recv().map_err(|_| ReloadError::Interrupted)?.into();
        }
        self.told.pop_front().ok_or(ReloadError::Interrupted)
    }
}

impl Wanted {
    fn span(self, subject: &Watched) -> Span {
        let (bars, fills) = self.memory;
        Span { memory: if subject.is_trader { fills } else { bars }, window: self.window }
    }
}
