//! One state for each stream.

/// States by dense stream id, made when a stream is first seen.
#[derive(Debug)]
pub(crate) struct Streams<T> {
    states: Vec<Option<T>>,
}

impl<T> Streams<T> {
    pub(crate) const fn new() -> Self {
        Self { states: Vec::new() }
    }

    pub(crate) fn get(&mut self, stream: u32, make: impl FnOnce() -> T) -> &mut T {
        let index = stream as usize;
        if index >= self.states.len() {
            self.states.resize_with(index + 1, || None);
        }
        self.states[index].get_or_insert_with(make)
    }

    pub(crate) fn forget(&mut self, streams: &[u32]) {
        for &stream in streams {
            if let Some(state) = self.states.get_mut(stream as usize) {
                *state = None;
            }
        }
    }
}
