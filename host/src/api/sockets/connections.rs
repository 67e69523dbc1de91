use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{access::Credential, service::ServiceError};

/// How many connections each credential has.
pub(in crate::api) struct Connections {
    most: usize,
    open: Mutex<HashMap<Credential, usize>>,
}

/// An open connection; counted until it is dropped.
pub(in crate::api) struct Connection {
    connections: Arc<Connections>,
    credential: Credential,
}

impl Connections {
    /// At most so many with one credential.
    pub(in crate::api) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::new(HashMap::new()) })
    }

    /// Counts one more.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Conflict`] if there are as many as may be.
    pub(in crate::api) fn open(
        self: &Arc<Self>,
        credential: &Credential,
    ) -> Result<Connection, ServiceError> {
        let mut open = self.lock();
        let count = open.entry(credential.clone()).or_default();
        if *count >= self.most {
            let reason = format!("this key has {count} connections; close one, or use another key");
            return Err(ServiceError::Conflict { reason });
        }
        *count += 1;
        Ok(Connection { connections: Arc::clone(self), credential: credential.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Credential, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        if let Some(count) = open.get_mut(&self.credential) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.credential);
            }
        }
    }
}
