//! Rows of one request that one worker takes in.

use tokio::sync::oneshot;

use super::{answer::Ingested, error::IngestError};
use crate::store::rows::{Bar, Signal, Trade};

/// A row, and its place among the rows of its kind in the request.
#[derive(Clone, Debug)]
pub(super) struct Numbered<R> {
    pub(super) place: u32,
    pub(super) row: R,
}

/// Rows of one request that one worker takes in.
#[derive(Debug)]
pub(crate) struct Part {
    pub(super) bars: Vec<Numbered<Bar>>,
    pub(super) signals: Vec<Numbered<Signal>>,
    pub(super) trades: Vec<Numbered<Trade>>,
    pub(super) span: tracing::Span,
    pub(super) answer: oneshot::Sender<Result<Ingested, IngestError>>,
}

impl Part {
    /// Without rows; nobody waits for its answer.
    pub(super) fn empty() -> Self {
        Self {
            bars: Vec::new(),
            signals: Vec::new(),
            trades: Vec::new(),
            span: tracing::Span::current(),
            answer: oneshot::channel().0,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.bars.len() + self.signals.len() + self.trades.len()
    }

    pub(super) fn reply(self, answer: Result<Ingested, IngestError>) {
        // Nobody listens if the request was given up meanwhile.
        drop(self.answer.send(answer));
    }
}
