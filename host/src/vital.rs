//! Threads that a host cannot do without. Where one of them panics, the host ends too, and whatever supervises it starts
//! it anew: a host that answers others and cannot do its work would look well.

use std::{
    io,
    thread::{self, JoinHandle},
};

use tokio::sync::watch;

/// Starts such threads, and knows whether one of them has fallen. Clones share it.
#[derive(Clone, Debug)]
pub struct Vital(watch::Sender<Option<String>>);

/// Tells of a thread that unwinds.
struct Alarm {
    name: String,
    fallen: watch::Sender<Option<String>>,
}

impl Default for Vital {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Vital {
    /// Starts a thread.
    ///
    /// # Errors
    ///
    /// If the system has none left.
    pub fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
        let alarm = Alarm { name: name.to_owned(), fallen: self.0.clone() };
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _alarm = alarm;
            work();
        })
    }

    /// Waits until a thread has fallen, and gives its name.
    pub async fn fallen(&self) -> String {
        let mut fallen = self.0.subscribe();
        let name = fallen.wait_for(Option::is_some).await.ok().and_then(|name| name.clone());
        name.unwrap_or_default()
    }

    /// The thread that has fallen, if one has.
    pub fn who_fell(&self) -> Option<String> {
        self.0.borrow().clone()
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if thread::panicking() {
            self.fallen.send_replace(Some(std::mem::take(&mut self.name)));
        }
    }
}
