//! Backtests in the background, one at a time.

mod backtest;
mod rows;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    task::{JoinError, spawn_blocking},
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    domain::time::{SECOND, Timestamp},
    service::{
        Platform,
        jobs::{Asked, BACKTEST},
    },
    store::{
        error::{Result, StoreError},
        jobs::{self, Job},
        runs,
    },
};
use backtest::Made;

/// Between two looks for a job where the last look found none.
const IDLE: Duration = Duration::from_secs(1);

/// How often a job says how far it is.
const REPORT: Duration = Duration::from_secs(1);

/// How long a job is this host's without saying anything, microseconds.
const LEASE: i64 = 30 * SECOND;

/// How often a job is begun before it is given up: one that ends its host would end every host.
const ATTEMPTS: i32 = 3;

/// Does what is asked for, for ever.
pub async fn follow(platform: Arc<Platform>) {
    loop {
        match next(&platform).await {
            Ok(true) => {}
            Ok(false) => sleep(IDLE).await,
            Err(error) => {
                tracing::warn!("jobs are not done: {error}");
                sleep(IDLE).await;
            }
        }
    }
}

/// Does the next job, and answers whether there was one.
async fn next(platform: &Arc<Platform>) -> Result<bool> {
    let now = platform.now();
    let mut change = platform.journal.begin(now).await?;
    let taken = jobs::take(&mut change, BACKTEST, Timestamp(now.0 + LEASE), 1).await?;
    let Some(job) = taken.into_iter().next() else { return Ok(false) };
    change.commit().await?;
    let failed = match make(platform, &job).await {
        Ok(()) | Err(Failure::Ended) => return Ok(true),
        Err(Failure::Store(error)) => return Err(error),
        Err(Failure::Reason(reason)) => reason,
    };
    let mut change = platform.journal.begin(platform.now()).await?;
    jobs::finish(&mut change, job.id, Some(&failed)).await?;
    change.commit().await?;
    Ok(true)
}

/// Why a job came to nothing.
enum Failure {
    /// It was cancelled, or another host has taken it.
    Ended,
    /// It cannot be done.
    Reason(String),
    /// It can be tried again.
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        tracing::error!("a backtest broke off: {error}");
        Self::Reason("it broke off; the host's log says more".to_owned())
    }
}

async fn make(platform: &Arc<Platform>, job: &Job) -> std::result::Result<(), Failure> {
    if job.attempts > ATTEMPTS {
        return Err(Failure::Reason(format!("its host ended {ATTEMPTS} times while it ran")));
    }
    let asked: Asked = serde_json::from_value(job.input.clone())
        .map_err(|error| Failure::Reason(format!("its input cannot be read: {error}")))?;
    let source = rows::load(platform, &asked.backtest).await?;
    let course = Arc::new(Course::default());
    let work = {
        let (platform, course) = (Arc::clone(platform), Arc::clone(&course));
        spawn_blocking(move || backtest::make(&platform, source, &course))
    };
    let made = watch(platform, job, &course, work).await?.map_err(Failure::Reason)?;
    let Some(made) = made else { return Err(Failure::Ended) };
    record(platform, job, made).await
}

/// How far a job is, and whether it is still wanted.
#[derive(Default)]
struct Course {
    done: AtomicU64,
    rows: AtomicU64,
    is_over: AtomicBool,
}

impl Course {
    fn progress(&self) -> f64 {
        let rows = self.rows.load(Ordering::Relaxed);
        if rows == 0 { 0.0 } else { self.done.load(Ordering::Relaxed) as f64 / rows as f64 }
    }
}

/// Waits for work, says how far it is, and stops it when it is not wanted any more.
async fn watch<T>(
    platform: &Platform,
    job: &Job,
    course: &Course,
    mut work: tokio::task::JoinHandle<T>,
) -> std::result::Result<T, Failure> {
    let _stop = StopWhenDropped(course);
    let mut pace = interval(REPORT);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            done = &mut work => return Ok(done?),
            _ = pace.tick() => {
                let until = Timestamp(platform.now().0 + LEASE);
                if !jobs::report(platform.store(), job.id, job.attempts, course.progress(), until).await? {
                    return Err(Failure::Ended);
                }
            }
        }
    }
}

struct StopWhenDropped<'a>(&'a Course);

impl Drop for StopWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

async fn record(platform: &Platform, job: &Job, made: Made) -> std::result::Result<(), Failure> {
    let mut change = platform.journal.begin(platform.now()).await?;
    runs::record(&mut change, &made.run, &made.evidence, &made.bytes).await?;
    if !jobs::succeed(&mut change, job.id, job.attempts, &made.result).await? {
        return Err(Failure::Ended);
    }
    change.commit().await?;
    Ok(())
}
