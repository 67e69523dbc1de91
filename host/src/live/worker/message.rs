//! What workers are told, and hand over.

use std::{collections::HashSet, sync::Arc};

use tokio::sync::oneshot;

use crate::{
    detectors::{manifest::WarmUp, plugin::Plugin},
    domain::rows::{Bar, Fill, Signal},
    live::{part::Part, slices::slices, subjects::Subjects, warm::Past, warming::Recall},
    pipeline::{PanelKey, Pipeline},
};

/// What a worker is told.
pub(crate) enum Message {
    /// Take in rows.
    Part(Part),
    /// Begin to take down what components are shown, for others that need so much history of bars and of fills, and say
    /// what is known about symbols and traders.
    Prepare((WarmUp, WarmUp), oneshot::Sender<Prepared>),
    /// Say what components were shown about symbols or traders, one after another until it is much; who asks hears nothing
    /// if that is not known any more.
    Recall(Vec<Recall>, oneshot::Sender<Vec<Past>>),
    /// Begin to watch symbols.
    Watch(Vec<String>),
    /// Hand over what was taken down so far; who asks hears nothing if that is not all there was.
    Catch(oneshot::Sender<Vec<Shown>>),
    /// Go on with other components, which know everything but what was taken down since.
    Swap(Box<Replacement>),
    /// Stop taking down.
    GiveUp,
    /// End.
    Stop,
}

/// What a worker knows at one of its batch borders.
pub(crate) struct Prepared {
    pub(in crate::live) subjects: Subjects,
    /// History of bars and of fills that it keeps.
    pub(in crate::live) memory: (WarmUp, WarmUp),
    /// Numbers of the next bar and of the next fill.
    pub(in crate::live) next: (u64, u64),
    /// Panels that are open.
    pub(in crate::live) pending: HashSet<PanelKey>,
}

/// What components were shown in one batch.
pub(crate) struct Shown {
    pub(in crate::live) bars: Vec<Bar>,
    pub(in crate::live) signals: Vec<Signal>,
    pub(in crate::live) fills: Vec<Fill>,
    pub(in crate::live) closed: HashSet<PanelKey>,
}

impl Shown {
    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.bars.len() + self.signals.len() + self.fills.len()
    }

    /// Shows it to others.
    pub(crate) fn replay(&self, pipeline: &mut Pipeline) {
        for batch in slices(&self.bars, &self.signals, &self.fills) {
            pipeline.feed_and_close(&batch, |panel| self.closed.contains(panel));
        }
    }
}

/// Other components, of which those that did not run before are warm.
pub(crate) struct Replacement {
    pub(crate) warm: Pipeline,
    pub(crate) plugins: Vec<Arc<Plugin>>,
    /// Told how many rows the worker had taken in when it swapped.
    pub(crate) done: oneshot::Sender<u64>,
}
