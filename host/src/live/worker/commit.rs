//! A batch, from its rows to the change that has them and what they come to.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::Worker;
use crate::{
    decide::{
        desk::{Arrivals, Delivery},
        intake::{Begun, Taken},
    },
    live::{
        answer::Ingested,
        error::IngestError,
        openings::Origin,
        part::Share,
        sift::{Sifted, sift},
    },
    store::error::StoreError,
};

/// How often a batch is written before it is given up.
const TRIES: u32 = 3;

/// Between two tries, doubled each time.
const PAUSE: Duration = Duration::from_millis(50);

/// Most rows that components have looked at soon enough for the change to be kept open meanwhile.
const SOON: usize = 2_048;

impl Worker {
    /// Takes in shares as one batch; where that fails because of what is in one of them, each by itself.
    pub(super) async fn admitted(&mut self, shares: Vec<Share>) -> Vec<Result<Ingested, IngestError>> {
        let error = match self.commit(&shares).await {
            Ok(answers) => return answers.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        self.give_up(shares.len(), &error);
        if shares.len() == 1 || !error.is_about_rows() {
            return shares.iter().map(|_| Err(error.clone())).collect();
        }
        let mut answers = Vec::with_capacity(shares.len());
        for share in shares {
            answers.push(self.alone(share).await);
        }
        answers
    }

    async fn alone(&mut self, share: Share) -> Result<Ingested, IngestError> {
        self.know(&share).await?;
        match self.commit(&[share]).await {
            Ok(mut answers) => Ok(answers.pop().unwrap_or_default()),
            Err(error) => {
                self.give_up(1, &error);
                Err(error)
            }
        }
    }

    pub(super) fn give_up(&mut self, requests: usize, error: &IngestError) {
        self.setting.metrics.failed_batches.inc();
        tracing::error!("a batch of {requests} requests is given up: {error}");
        self.is_failing = true;
        self.start_over();
    }

    /// Shows shares to components, and writes them and what they come to.
    async fn commit(&mut self, shares: &[Share]) -> Result<Vec<Ingested>, IngestError> {
        let policy = self.setting.config.late;
        let Sifted { fresh, late, mut answers } =
            sift(shares.to_vec(), &mut self.subjects, &self.pipeline, &self.setting.store, policy).await?;
        let began = Instant::now();
        let shown = self.show_rows(&fresh);
        let mut rows = fresh;
        rows.extend(&late);
        let number = rows.len();
        let delivery = Delivery { rows, fences: self.incarnation.into_iter().collect() };
        // Written while components look at them, unless that would keep others waiting.
        let is_soon = (1..=SOON).contains(&number);
        let begun = is_soon.then(|| self.setting.lane.begin(delivery.clone()).ok()).flatten();
        let (findings, skipped) = self.feed(shown);
        let now = self.now();
        let (arrivals, origins) = self.open.take(&findings, &self.subjects, &self.components, now);
        let arrivals = Arrivals { skipped, ..arrivals };
        let metrics = &self.setting.metrics;
        metrics.detect_seconds.observe(began.elapsed().as_secs_f64());
        if number > 0 || !arrivals.is_empty() {
            metrics.batch_rows.observe(number as f64);
            let taken = self.write(begun, delivery, arrivals).await?;
            self.rows += number as u64;
            tell(&mut answers, shares, &origins, &taken);
        }
        self.is_failing = false;
        self.count(&answers);
        Ok(answers)
    }

    fn count(&self, answers: &[Ingested]) {
        let metrics = &self.setting.metrics;
        for answer in answers {
            metrics.accepted.inc_by(answer.accepted);
            metrics.duplicates.inc_by(answer.duplicates);
            metrics.late.inc_by(answer.late);
            metrics.rejected.inc_by(answer.problems.len() as u64);
        }
    }

    /// Writes a batch. The same output is tried again; nothing is reckoned twice.
    async fn write(
        &self,
        begun: Option<Begun>,
        delivery: Delivery,
        arrivals: Arrivals,
    ) -> Result<Taken, IngestError> {
        let began = Instant::now();
        let mut pause = PAUSE;
        let mut taken = match begun {
            Some(begun) => begun.finish(arrivals.clone()).await,
            None => self.setting.lane.submit(delivery.clone(), arrivals.clone()).await,
        };
        for _ in 1..TRIES {
            match taken {
                Err(StoreError::Lease(_) | StoreError::Uncertain(_)) | Ok(_) => break,
                Err(error) => tracing::warn!("a batch is not written, and tried again: {error}"),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            taken = self.setting.lane.submit(delivery.clone(), arrivals.clone()).await;
        }
        self.setting.metrics.commit_seconds.observe(began.elapsed().as_secs_f64());
        Ok(taken?)
    }

    /// Judges what is open.
    pub(super) async fn judge_all(&mut self) -> Result<(), IngestError> {
        self.pending.values_mut().for_each(|since| *since = i64::MIN);
        self.commit(&[]).await.map(|_| ())
    }
}

/// Adds to each answer what its own rows came to. What rows of an earlier batch came to, such as a panel that is closed
/// now, is told to the first who says more about the same.
fn tell(answers: &mut [Ingested], shares: &[Share], origins: &[Origin], taken: &Taken) {
    let mut own: Vec<HashSet<Uuid>> = vec![HashSet::new(); shares.len()];
    for origin in origins {
        let of_row = shares.iter().position(|share| origin.is_among(share));
        let place = of_row.or_else(|| shares.iter().position(|share| origin.is_about(share)));
        if let Some(place) = place {
            own[place].insert(origin.anomaly);
        }
    }
    for (answer, own) in answers.iter_mut().zip(own).filter(|(answer, _)| answer.accepted > 0) {
        answer.recorded.push(taken.recorded.about(&own));
        answer.blocks.extend((!taken.blocks.is_empty()).then(|| taken.blocks.clone()));
    }
}
