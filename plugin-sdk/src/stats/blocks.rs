//! Any associative summary of a sliding window in amortised O(1), without ever subtracting.

/// What can be known of some values and joined with what is known of the values after them.
pub(super) trait Summary: Copy {
    /// Of no value.
    const EMPTY: Self;

    /// Of one value.
    fn of(x: f64) -> Self;

    /// Of the values of `self` and, after them, those of `later`.
    fn join(self, later: Self) -> Self;
}

/// A window cut into blocks of its own length (van Herk 1992; Gil & Werman 1993): it always is the tail of
/// one block, summarised backwards when that block was complete, and the head of the next. A value that
/// leaves takes all its rounding errors with it.
pub(super) struct Blocks<S> {
    window: usize,
    /// Values of the current block, then those left of the one before.
    values: Vec<f64>,
    /// Values in the current block.
    filled: usize,
    head: S,
    /// For each index, the summary from there to the end of the block before; empty during the first block.
    tails: Vec<S>,
}

impl<S: Summary> Blocks<S> {
    pub(super) fn over(window: usize) -> Self {
        let window = window.max(1);
        let (values, tails) = (Vec::with_capacity(window), Vec::with_capacity(window));
        Self { window, values, filled: 0, head: S::EMPTY, tails }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.values.len() == self.window
    }

    pub(super) fn push(&mut self, x: f64) {
        if self.filled == self.window {
            self.begin_block();
        }
        if self.filled == self.values.len() {
            self.values.push(x);
        } else {
            self.values[self.filled] = x;
        }
        self.filled += 1;
        self.head = self.head.join(S::of(x));
    }

    fn begin_block(&mut self) {
        self.tails.resize(self.window, S::EMPTY);
        let mut tail = S::EMPTY;
        for (slot, &x) in self.tails.iter_mut().zip(&self.values).rev() {
            tail = S::of(x).join(tail);
            *slot = tail;
        }
        self.filled = 0;
        self.head = S::EMPTY;
    }

    /// The summary of the window, oldest value first.
    pub(super) fn summary(&self) -> S {
        match self.tails.get(self.filled) {
            Some(tail) => tail.join(self.head),
            None => self.head,
        }
    }
}
