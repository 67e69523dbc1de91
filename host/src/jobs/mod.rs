//! Work in the background, of each kind one at a time: backtests and exports.

mod backtest;
mod export;
mod rows;

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::{
    pin,
    task::{JoinError, spawn_blocking},
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    domain::time::{SECOND, Timestamp},
    service::{
        Platform,
        jobs::{Asked, BACKTEST, EXPORT},
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

/// Does backtests that are asked for, for ever.
pub async fn make_backtests(platform: Arc<Platform>) {
    follow(platform, BACKTEST).await;
}

/// Does exports that are asked for, for ever.
pub async fn make_exports(platform: Arc<Platform>) {
    follow(platform, EXPORT).await;
}

async fn follow(platform: Arc<Platform>, kind: &'static str) {
    loop {
        match next(&platform, kind).await {
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
async fn next(platform: &Arc<Platform>, kind: &str) -> Result<bool> {
    let now = platform.now();
    let mut change = platform.journal.begin(now).await?;
    let taken = jobs::take(&mut change, kind, Timestamp(now.0 + LEASE), 1).await?;
    let Some(job) = taken.into_iter().next() else { return Ok(false) };
    change.commit().await?;
    let failed = match make(platform, kind, &job).await {
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

async fn make(platform: &Arc<Platform>, kind: &str, job: &Job) -> std::result::Result<(), Failure> {
    if job.attempts > ATTEMPTS {
        return Err(Failure::Reason(format!("its host ended {ATTEMPTS} times while it ran")));
    }
    let asked: Asked = read(&job.input)?;
    let course = Arc::new(Course::default());
    if kind == EXPORT {
        let file = watch(platform, job, &course, export::make(platform, job, asked, &course)).await;
        export::finish(platform, job, file).await
    } else {
        let made = watch(platform, job, &course, backtest(platform, &asked, &course)).await?;
        record(platform, job, made).await
    }
}

/// What a job was asked to do.
fn read<T: DeserializeOwned>(input: &Value) -> std::result::Result<T, Failure> {
    T::deserialize(input).map_err(|error| Failure::Reason(format!("its input cannot be read: {error}")))
}

async fn backtest(
    platform: &Arc<Platform>,
    asked: &Asked,
    course: &Arc<Course>,
) -> std::result::Result<Made, Failure> {
    let source = rows::load(platform, &read(&asked.work)?).await?;
    let (platform, course) = (Arc::clone(platform), Arc::clone(course));
    let made = spawn_blocking(move || backtest::make(&platform, source, &course)).await?;
    made.map_err(Failure::Reason)?.ok_or(Failure::Ended)
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

    fn go_on(&self) -> ControlFlow<()> {
        if self.is_over.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Does work, says how far it is, and stops it when it is not wanted any more.
async fn watch<T>(
    platform: &Platform,
    job: &Job,
    course: &Course,
    work: impl Future<Output = std::result::Result<T, Failure>>,
) -> std::result::Result<T, Failure> {
    let _stop = StopWhenDropped(course);
    let mut pace = interval(REPORT);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
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
