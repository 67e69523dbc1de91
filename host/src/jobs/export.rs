//! A list as a file, kept piece by piece as it is written.

use std::{mem::take, sync::atomic::Ordering};

use sha2::{Digest as _, Sha256};

use super::{Course, Failure, read};
use crate::{
    access::Caller,
    ledger::hash,
    service::{
        Platform, ServiceError,
        exports::{Export, Source},
        jobs::Asked,
        views::JobFile,
    },
    store::{
        error::StoreError,
        job_files,
        jobs::{self, Job},
    },
};

/// Bytes after which a piece is kept.
const PIECE: usize = 1 << 20;

/// Most bytes of a file.
const MOST_BYTES: u64 = 256 << 20;

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Unavailable { .. } | ServiceError::Overloaded { .. } => {
                Self::Store(StoreError::Abandoned)
            }
            ServiceError::Internal(inside) => {
                tracing::error!("an export broke off: {inside:#}");
                Self::Reason("it broke off; the host's log says more".to_owned())
            }
            refused => Self::Reason(refused.to_string()),
        }
    }
}

/// Writes a list down.
///
/// # Errors
///
/// [`Failure`].
pub(super) async fn make(
    platform: &Platform,
    job: &Job,
    asked: Asked,
    course: &Course,
) -> Result<JobFile, Failure> {
    let export: Export = read(&asked.work)?;
    let source = Source::of(&export)?;
    let caller = Caller::of_job(asked.requested_by);
    let oldest = source.oldest(platform).await?;
    // An attempt before may have kept some.
    job_files::delete(platform.store(), job.id).await?;
    let mut file = File::new(platform, job, &export, source.head()?);
    let (mut after, mut newest) = (None, None);
    loop {
        let lines = source.page(platform, &caller, after.as_deref()).await?;
        file.add(lines.text, lines.items).await?;
        if let (Some((first, last)), Some(oldest)) = (lines.span, oldest) {
            let newest = *newest.get_or_insert(first);
            course.rows.store(newest.0.abs_diff(oldest.0).max(1), Ordering::Relaxed);
            course.done.store(newest.0.abs_diff(last.0), Ordering::Relaxed);
        }
        if lines.next.is_none() {
            return file.end().await;
        }
        after = lines.next;
    }
}

/// A file that grows.
struct File<'a> {
    platform: &'a Platform,
    job: &'a Job,
    waiting: Vec<u8>,
    digest: Sha256,
    about: JobFile,
}

impl<'a> File<'a> {
    fn new(platform: &'a Platform, job: &'a Job, export: &Export, head: Vec<u8>) -> Self {
        let about = JobFile {
            what: export.what,
            format: export.format,
            items: 0,
            bytes: 0,
            sha256: String::new(),
            pieces: 0,
        };
        Self { platform, job, waiting: head, digest: Sha256::new(), about }
    }

    async fn add(&mut self, text: Vec<u8>, items: u64) -> Result<(), Failure> {
        self.waiting.extend(text);
        self.about.items += items;
        if self.waiting.len() >= PIECE { self.keep().await } else { Ok(()) }
    }

    async fn keep(&mut self) -> Result<(), Failure> {
        let piece = take(&mut self.waiting);
        self.about.bytes += piece.len() as u64;
        if self.about.bytes > MOST_BYTES {
            let reason =
                format!("it would have more than {MOST_BYTES} bytes; ask for less, by time for example");
            return Err(Failure::Reason(reason));
        }
        self.digest.update(&piece);
        let (store, job) = (self.platform.store(), self.job);
        if !job_files::put(store, job.id, job.attempts, self.about.pieces, &piece).await? {
            return Err(Failure::Ended);
        }
        self.about.pieces += 1;
        Ok(())
    }

    async fn end(mut self) -> Result<JobFile, Failure> {
        if !self.waiting.is_empty() {
            self.keep().await?;
        }
        Ok(JobFile { sha256: hash::encode(&self.digest.finalize()), ..self.about })
    }
}

/// Says that a file is there, or forgets what is there of it.
///
/// # Errors
///
/// [`Failure`].
pub(super) async fn finish(
    platform: &Platform,
    job: &Job,
    file: Result<JobFile, Failure>,
) -> Result<(), Failure> {
    let file = match file {
        Ok(file) => file,
        // Whoever has taken it meanwhile begins anew, and needs none of this.
        Err(failure) => {
            job_files::delete(platform.store(), job.id).await?;
            return Err(failure);
        }
    };
    let result = serde_json::to_value(file).map_err(|error| Failure::Reason(error.to_string()))?;
    let mut change = platform.journal.begin(platform.now()).await?;
    if !jobs::succeed(&mut change, job.id, job.attempts, &result).await? {
        return Err(Failure::Ended);
    }
    change.commit().await?;
    Ok(())
}
