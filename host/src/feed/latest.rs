use std::{sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

/// How long a value is shown at least, before it is made anew.
const LEAST: Duration = Duration::from_secs(1);

/// How much longer it is shown than it took to make, so that making it never becomes what a host mainly does.
const FACTOR: u32 = 10;

/// A value that many look at and that is made at most once a second, when somebody looks.
pub struct Latest<T>(Mutex<Option<Kept<T>>>);

struct Kept<T> {
    value: Arc<T>,
    until: Instant,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Latest<T> {
    /// The value, made anew where it is too old. Who comes while it is made waits for it.
    ///
    /// # Errors
    ///
    /// That of `make`.
    pub async fn get<E>(&self, make: impl Future<Output = Result<T, E>>) -> Result<Arc<T>, E> {
        let mut kept = self.0.lock().await;
        let begun = Instant::now();
        if let Some(kept) = kept.as_ref().filter(|kept| begun < kept.until) {
            return Ok(Arc::clone(&kept.value));
        }
        let value = Arc::new(make.await?);
        let until = begun + LEAST.max(begun.elapsed() * FACTOR);
        *kept = Some(Kept { value: Arc::clone(&value), until });
        Ok(value)
    }
}
