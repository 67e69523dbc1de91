//! Standard input, which can only be read by blocking: a thread does, which the end of the process ends.

use std::{
    io::{self, sink, stdin},
    thread,
};

use tokio::sync::oneshot;

/// One line of it, empty at its end.
pub(super) async fn line() -> String {
    in_a_thread(|| {
        let mut line = String::new();
        let _ = stdin().read_line(&mut line);
        line.trim().to_owned()
    })
    .await
    .unwrap_or_default()
}

/// Waits for its end.
pub(super) async fn closed() {
    in_a_thread(|| io::copy(&mut stdin().lock(), &mut sink())).await;
}

async fn in_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = oneshot::channel();
    thread::spawn(move || done.send(work()));
    wait.await.ok()
}
