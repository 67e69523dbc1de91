//! Asking the agent outside of any transaction, and carrying out what it says in one of its own.

use super::{
    desk::{ASK, Asked, Desk, Matter},
    judge::{First, Judged},
    outcome,
};
use crate::{
    actions::guard,
    domain::time::{MINUTE, Timestamp},
    store::{
        anomalies,
        decisions::{self, Decision},
        error::Result,
        jobs::{self, Job},
        journal::Journal,
    },
};

/// How long a job is this host's own, microseconds: longer than the agent takes with all its retries as it is usually
/// configured. Where it takes longer, another host may ask as well, and the first answer counts.
const LEASE: i64 = 30 * MINUTE;

/// How often a decision is tried that ends its host or its transaction.
const MOST_ATTEMPTS: i32 = 5;

/// Why a decision is left to a person in the end.
const GIVEN_UP: &str = "the agent was asked five times, and its answer could not be recorded";

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Decisions that have their answer.
    pub settled: usize,
    /// Those that need none any more: somebody decided meanwhile, or the anomaly is gone.
    pub dropped: usize,
    /// Those that could not be written, and are taken again.
    pub again: usize,
}

impl Desk {
    /// Asks the agent about decisions that wait for it, `most` at a time: no more than the agent has places for, since
    /// what waits for a place loses patience.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn answer_pending(&self, journal: &Journal, most: i64) -> Result<Round> {
        let now = self.now();
        let mut change = journal.begin(now).await?;
        let jobs = jobs::take(&mut change, ASK, Timestamp(now.0 + LEASE), most).await?;
        change.commit().await?;
        let asked = futures::future::join_all(jobs.iter().map(|job| self.answer(journal, job))).await;
        let mut round = Round::default();
        for (job, done) in jobs.iter().zip(asked) {
            match done {
                Ok(true) => round.settled += 1,
                Ok(false) => round.dropped += 1,
                Err(error) => {
                    tracing::warn!(job = %job.id, "the agent's answer is not recorded: {error}");
                    round.again += 1;
                }
            }
        }
        Ok(round)
    }

    /// Whether the decision has its answer now.
    async fn answer(&self, journal: &Journal, job: &Job) -> Result<bool> {
        let Some(matter) = self.matter(journal, job).await? else { return self.drop(journal, job).await };
        let (judge, began) = (self.judge(), self.now());
        let judged = match judge.first(&matter.case) {
            _ if job.attempts > MOST_ATTEMPTS => judge.give_up(&matter.case, GIVEN_UP),
            First::Judged(judged) => *judged,
            First::Ask(allowed) => judge.ask(&matter.case, &allowed).await,
        };
        let latency = (self.now().0 - began.0).max(0);
        self.settle(journal, job, &matter, judged, latency).await
    }

    /// What a job asks about; `None` if nobody needs to know any more.
    async fn matter(&self, journal: &Journal, job: &Job) -> Result<Option<Matter>> {
        let Ok(asked) = serde_json::from_value::<Asked>(job.input.clone()) else { return Ok(None) };
        let Some(decision) = decisions::get(journal.store(), asked.decision).await? else { return Ok(None) };
        if !decision.is_pending() || decision.revision != asked.revision {
            return Ok(None);
        }
        let Some(anomaly) = anomalies::get(journal.store(), asked.anomaly).await? else { return Ok(None) };
        // Only read, and dropped.
        let mut change = journal.begin(self.now()).await?;
        let case = self.cases(&mut change, std::slice::from_ref(&anomaly)).await?.pop();
        Ok(case.map(|case| Matter::asked(anomaly, case, &decision)))
    }

    async fn settle(
        &self,
        journal: &Journal,
        job: &Job,
        matter: &Matter,
        mut judged: Judged,
        latency: i64,
    ) -> Result<bool> {
        let now = self.now();
        let mut change = journal.begin(now).await?;
        let locked = decisions::lock_for_anomalies(&mut change, &[matter.anomaly.reference()]).await?;
        let waits = |decision: &Decision| decision.is_pending() && decision.revision + 1 == matter.revision;
        if !locked.iter().any(waits) {
            // A person was faster, or clean-up, or the anomaly became more severe and another job asks.
            drop(change);
            return self.drop(journal, job).await;
        }
        if guard::counted(&judged.resolution) > 0 {
            judged.hold(&mut self.guard(&mut change).await?, now);
        }
        decisions::settle(&mut change, matter.decision_id, outcome::answer(&judged, latency, now)).await?;
        self.follow(&mut change, &[(matter, &judged)]).await?;
        let error = (job.attempts > MOST_ATTEMPTS).then_some(GIVEN_UP);
        jobs::finish(&mut change, job.id, error).await?;
        change.commit().await?;
        Ok(true)
    }

    async fn drop(&self, journal: &Journal, job: &Job) -> Result<bool> {
        let mut change = journal.begin(self.now()).await?;
        jobs::finish(&mut change, job.id, None).await?;
        change.commit().await?;
        Ok(false)
    }
}
