//! Checks of the whole ledger, which may take longer than a request: one at a time, in the background.

use std::{
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    select,
    sync::watch,
    time::{Instant, timeout},
};

use super::{
    Platform, Result, ServiceError, ledger,
    views::{LedgerFault, LedgerVerification},
};
use crate::{
    ledger::verify::{OutsideHead, Report},
    store::{
        blocks::{self, Snapshot},
        head_copy,
    },
};

/// How long a request waits for the outcome; less than it may take at all.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long an outcome waits for somebody who asks for it.
const KEPT: Duration = Duration::from_mins(10);

/// When to ask again for an outcome.
const RETRY: Duration = Duration::from_secs(5);

/// The check that is under way, or whose outcome nobody has asked for yet.
#[derive(Default)]
pub struct Verifications(Mutex<Option<Check>>);

/// A check of the blocks of these numbers.
#[derive(Clone)]
struct Check {
    wanted: RangeInclusive<u64>,
    read: Arc<AtomicU64>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// What a check came to, and when.
#[derive(Clone)]
struct Outcome {
    found: std::result::Result<LedgerVerification, Arc<ServiceError>>,
    at: Instant,
}

impl Verifications {
    /// The outcome of a check of these blocks, which begins unless it is under way.
    ///
    /// # Errors
    ///
    /// If it takes longer than a request, another one is under way, or the database fails.
    pub(super) async fn outcome(
        &self,
        platform: &Arc<Platform>,
        wanted: RangeInclusive<u64>,
    ) -> Result<LedgerVerification> {
        let Check { read, mut outcome, .. } = self.begin(platform, wanted)?;
        let ended = timeout(PATIENCE, outcome.wait_for(Option::is_some)).await;
        let Ok(ended) = ended else {
            let reason =
                format!("the ledger is being checked, {} blocks are read", read.load(Ordering::Relaxed));
            return Err(ServiceError::Unavailable { reason, retry_after: RETRY });
        };
        let outcome = ended.ok().and_then(|outcome| outcome.clone());
        // Whoever asks from now on wants to know how it is then.
        self.lock().take_if(|check| check.is_over());
        match outcome {
            Some(outcome) => outcome.found.map_err(|error| again(&error)),
            None => Err(ServiceError::Internal(anyhow::anyhow!("the check of the ledger broke off"))),
        }
    }

    fn begin(&self, platform: &Arc<Platform>, wanted: RangeInclusive<u64>) -> Result<Check> {
        let mut current = self.lock();
        current.take_if(|check| check.is_old());
        match &*current {
            Some(check) if check.wanted == wanted => return Ok(check.clone()),
            Some(check) if !check.is_over() => return Err(ledger::busy()),
            _ => {}
        }
        let check = Check::start(platform, wanted);
        *current = Some(check.clone());
        Ok(check)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Check>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same error for one more who asks.
fn again(error: &ServiceError) -> ServiceError {
    match error {
        ServiceError::Unavailable { reason, retry_after } => {
            ServiceError::Unavailable { reason: reason.clone(), retry_after: *retry_after }
        }
        ServiceError::Internal(inside) => ServiceError::Internal(anyhow::anyhow!("{inside:#}")),
        other => ServiceError::Internal(anyhow::anyhow!("{other}")),
    }
}

impl Check {
    fn start(platform: &Arc<Platform>, wanted: RangeInclusive<u64>) -> Self {
        let (send, outcome) = watch::channel(None);
        let check = Self { wanted, read: Arc::default(), outcome };
        let (platform, read, wanted) = (Arc::clone(platform), Arc::clone(&check.read), check.wanted.clone());
        tokio::spawn(async move {
            let found = select! {
                found = verify(&platform, wanted, read) => found.map_err(Arc::new),
                () = platform.feed.closed() => return,
            };
            send.send_replace(Some(Outcome { found, at: Instant::now() }));
        });
        check
    }

    /// Whether there is an outcome, or there will be none.
    fn is_over(&self) -> bool {
        self.outcome.borrow().is_some() || self.outcome.has_changed().is_err()
    }

    /// Whether nobody can want the outcome any more.
    fn is_old(&self) -> bool {
        let outcome = self.outcome.borrow();
        match &*outcome {
            Some(outcome) => outcome.at.elapsed() > KEPT,
            None => self.outcome.has_changed().is_err(),
        }
    }
}

async fn verify(
    platform: &Platform,
    wanted: RangeInclusive<u64>,
    read: Arc<AtomicU64>,
) -> Result<LedgerVerification> {
    let _turn = platform.ledger_reader.acquire().await;
    let started_at = platform.now();
    let heads = head_copy::read(&platform.config.ledger_head_file())?.map(|checkpoint| {
        let source = "the head kept outside the database".to_owned();
        OutsideHead { source, checkpoint }
    });
    let mut snapshot = Snapshot::of(platform.store()).await?;
    let key = platform.journal.public_key();
    let progress = move |blocks| {
        read.fetch_add(blocks, Ordering::Relaxed);
    };
    let heads = heads.into_iter().collect();
    let report = blocks::audit(&mut snapshot, wanted.clone(), vec![key], heads, progress).await?;
    drop(snapshot);
    let finished_at = platform.now();
    blocks::keep_report(platform.store(), wanted, &report, [started_at, finished_at]).await?;
    let Report { blocks, checked, root, is_authenticated, .. } = report;
    Ok(LedgerVerification {
        is_valid: report.is_whole(),
        blocks,
        checked,
        root: root.map(|root| root.to_string()),
        is_authenticated,
        faults_omitted: report.faults_omitted,
        faults: report
            .faults
            .into_iter()
            .map(|fault| LedgerFault {
                kind: fault.kind,
                first: fault.first,
                last: fault.last,
                message: fault.message,
            })
            .collect(),
        started_at,
        finished_at,
    })
}
