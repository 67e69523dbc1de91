//! Rows of one request that one worker takes in.

use tokio::sync::oneshot;

use super::{answer::Ingested, error::IngestError};
use crate::{
    decide::intake::Announced,
    store::rows::{Bar, Signal, Trade},
};

/// A row, and its place among the rows of its kind in the request.
#[derive(Clone, Debug)]
pub(super) struct Numbered<R> {
    pub(super) place: u32,
    pub(super) row: R,
}

/// Rows of one request that one worker takes in.
#[derive(Clone, Debug, Default)]
pub(super) struct Share {
    pub(super) bars: Vec<Numbered<Bar>>,
    pub(super) signals: Vec<Numbered<Signal>>,
    pub(super) trades: Vec<Numbered<Trade>>,
}

impl Share {
    pub(super) fn rows(&self) -> usize {
        self.bars.len() + self.signals.len() + self.trades.len()
    }

    /// Symbols that bars and signals are about.
    pub(super) fn symbols(&self) -> impl Iterator<Item = &str> {
        let of_bars = self.bars.iter().map(|it| it.row.symbol.as_str());
        of_bars.chain(self.signals.iter().map(|it| it.row.symbol.as_str()))
    }

    /// Traders whose fills there are.
    pub(super) fn traders(&self) -> impl Iterator<Item = &str> {
        self.trades.iter().map(|it| it.row.user_id.as_str())
    }
}

/// A worker's share of a request, and who waits for its answer.
#[derive(Debug)]
pub(crate) struct Part {
    pub(super) share: Share,
    pub(super) span: tracing::Span,
    /// Until it is answered, changes wait a little for it.
    pub(super) announced: Announced,
    pub(super) answer: oneshot::Sender<Result<Ingested, IngestError>>,
}

impl Part {
    pub(super) fn reply(self, answer: Result<Ingested, IngestError>) {
        let Self { answer: asked, announced, .. } = self;
        drop(announced);
        // Nobody listens if the request was given up meanwhile.
        drop(asked.send(answer));
    }
}
