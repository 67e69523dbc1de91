//! Live recording: anomalies come in, and leave as records with their decisions, actions and notifications, all in the
//! change of the caller. Where an agent is asked that takes its time, the decision is pending, and a job asks.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError, RwLock},
};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    case::case,
    judge::{First, Judge, Judged},
    look::{self, Records},
    outcome::{self, Subject},
};
use crate::{
    actions::{self, Guard, guard},
    config::ActionsConfig,
    domain::{
        case::Case, ids::version_7, judgement::Allowed, random::Random, time::Timestamp,
        vocabulary::DecisionStatus,
    },
    ledger::hash::Hash,
    notify,
    store::{
        actions::Action,
        anomalies::{self, AnomalyRef, AnyAnomaly},
        automation,
        change::Change,
        decisions::{self, Decision, NewDecision},
        error::Result,
        jobs::{self, NewJob},
        notifications::Notification,
        rows,
    },
};

pub use super::arrivals::{Arrivals, DecisionTaken, Delivery, Recorded};

/// Jobs that ask the agent.
pub(super) const ASK: &str = "ask";

/// What a job that asks the agent needs to know.
#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) decision: Uuid,
    /// Of the decision; the answer to an older one does not count.
    pub(super) revision: i32,
    pub(super) anomaly: AnomalyRef,
}

/// Where anomalies are decided about.
pub struct Desk {
    judge: RwLock<Judge>,
    guard: ActionsConfig,
    zone: TimeZone,
    clock: fn() -> Timestamp,
    random: Mutex<Random>,
    records: tokio::sync::Mutex<Records>,
}

/// An anomaly that is to be decided about.
pub(super) struct Matter {
    pub(super) anomaly: AnyAnomaly,
    pub(super) case: Case,
    pub(super) decision_id: Uuid,
    pub(super) revision: i32,
    /// Whether it was decided before.
    is_anew: bool,
    /// Whether a person ever decided.
    is_persons: bool,
}

/// What became of a matter.
enum Fate {
    Judged(Box<Judged>),
    Pending(Allowed),
}

impl Desk {
    /// A desk; `clock` says how long things take, and `seed` makes ids.
    pub fn new(
        judge: Judge,
        guard: ActionsConfig,
        zone: TimeZone,
        clock: fn() -> Timestamp,
        seed: u64,
    ) -> Self {
        Self {
            judge: RwLock::new(judge),
            guard,
            zone,
            clock,
            random: Mutex::new(Random::new(seed, "desk")),
            records: tokio::sync::Mutex::default(),
        }
    }

    /// Records arrivals, decides about new anomalies and about those whose severity rose, does what is decided, and
    /// says whom to tell. An anomaly that is on record already, since its batch was committed before, is left alone.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn take(&self, change: &mut Change<'_>, arrivals: &Arrivals) -> Result<Recorded> {
        if !arrivals.skipped.is_empty() {
            rows::insert_skipped(change, &arrivals.skipped).await?;
        }
        if arrivals.opened.is_empty() && arrivals.later.is_empty() {
            return Ok(Recorded::default());
        }
        let began = (self.clock)();
        let new: HashSet<Uuid> = anomalies::create(change, &arrivals.opened).await?.into_iter().collect();
        let mut rose = anomalies::extend(change, &arrivals.later).await?.rose;
        let mut once = new.clone();
        let opened = arrivals.opened.iter().filter(|anomaly| once.remove(&anomaly.reference().id()));
        // One that opened and rose at once is decided about once, as it is now.
        let newest = |opened: &AnyAnomaly| {
            let now = rose.iter().find(|anomaly| anomaly.reference() == opened.reference());
            now.unwrap_or(opened).clone()
        };
        let opened: Vec<AnyAnomaly> = opened.map(newest).collect();
        rose.retain(|anomaly| !new.contains(&anomaly.reference().id()));
        let matters = self.matters(change, opened, rose).await?;
        let mut recorded = self.conclude(change, matters, began).await?;
        recorded.anomalies = new.into_iter().collect();
        recorded.anomalies.sort_unstable();
        Ok(recorded)
    }

    /// Decides about matters, does what is decided, and says whom to tell.
    pub(super) async fn conclude(
        &self,
        change: &mut Change<'_>,
        mut matters: Vec<Matter>,
        began: Timestamp,
    ) -> Result<Recorded> {
        let judge = self.judge();
        let mut fates = Vec::with_capacity(matters.len());
        for matter in &matters {
            fates.push(fate(&judge, matter).await);
        }
        self.hold(change, &mut fates).await?;
        let latency = ((self.clock)().0 - began.0).max(0) / (matters.len().max(1) as i64);
        let mut recorded = Recorded::default();
        self.decide(change, &mut matters, &fates, (judge.policy_hash(), latency), &mut recorded).await?;
        self.carry_out(change, &matters, &fates, &mut recorded).await?;
        Ok(recorded)
    }

    /// New anomalies, and those to decide about anew.
    pub(super) async fn matters(
        &self,
        change: &mut Change<'_>,
        opened: Vec<AnyAnomaly>,
        rose: Vec<AnyAnomaly>,
    ) -> Result<Vec<Matter>> {
        let references: Vec<AnomalyRef> = rose.iter().map(AnyAnomaly::reference).collect();
        let decided = if rose.is_empty() {
            Vec::new()
        } else {
            decisions::lock_for_anomalies(change, &references).await?
        };
        let ids: Vec<Uuid> = decided.iter().map(|decision| decision.id).collect();
        let persons =
            if ids.is_empty() { HashSet::new() } else { decisions::decided_by_persons(change, &ids).await? };
        let all: Vec<AnyAnomaly> = opened.into_iter().chain(rose).collect();
        let cases = self.cases(change, &all).await?;
        let now = change.now();
        let matter = |(anomaly, case): (AnyAnomaly, Case)| {
            let before = decided.iter().find(|decision| decision.anomaly == anomaly.reference());
            Matter {
                decision_id: before.map_or_else(|| self.id(now), |decision| decision.id),
                revision: before.map_or(0, |decision| decision.revision + 1),
                is_anew: before.is_some(),
                is_persons: before.is_some_and(|decision| persons.contains(&decision.id)),
                anomaly,
                case,
            }
        };
        Ok(all.into_iter().zip(cases).map(matter).collect())
    }

    /// The cases of anomalies, as of now.
    pub(super) async fn cases(&self, change: &mut Change<'_>, anomalies: &[AnyAnomaly]) -> Result<Vec<Case>> {
        if anomalies.is_empty() {
            return Ok(Vec::new());
        }
        let records = {
            let mut records = self.records.lock().await;
            records.refresh(change, anomalies).await?;
            records.clone()
        };
        let facts = look::look(change, anomalies, &records).await?;
        let now = change.now();
        Ok(anomalies
            .iter()
            .zip(&facts)
            .map(|(anomaly, facts)| case(anomaly, facts, now, &self.zone))
            .collect())
    }

    /// Who judges now; whoever holds it keeps it, whoever comes after.
    pub fn judge(&self) -> Judge {
        self.judge.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets another judge decide from the next change on.
    pub fn replace_judge(&self, judge: Judge) {
        *self.judge.write().unwrap_or_else(PoisonError::into_inner) = judge;
    }

    /// Bounds what is done without a person.
    async fn hold(&self, change: &mut Change<'_>, fates: &mut [Fate]) -> Result<()> {
        let judged = || {
            fates.iter().filter_map(|fate| if let Fate::Judged(judged) = fate { Some(judged) } else { None })
        };
        if judged().map(|judged| guard::counted(&judged.resolution)).sum::<usize>() == 0 {
            return Ok(());
        }
        let now = change.now();
        let mut guard = self.guard(change).await?;
        for fate in fates {
            if let Fate::Judged(judged) = fate {
                judged.hold(&mut guard, now);
            }
        }
        Ok(())
    }

    pub(super) async fn guard(&self, change: &mut Change<'_>) -> Result<Guard> {
        let since = guard::interval_start(&self.guard, change.now());
        let automation = automation::lock(change, since, self.guard.most_per_interval).await?;
        Ok(Guard::of(&self.guard, automation, change.now()))
    }

    async fn decide(
        &self,
        change: &mut Change<'_>,
        matters: &mut [Matter],
        fates: &[Fate],
        (policy_hash, latency): (Hash, i64),
        recorded: &mut Recorded,
    ) -> Result<()> {
        let now = change.now();
        let (mut new, mut jobs): (Vec<(AnomalyRef, NewDecision)>, Vec<NewJob>) = Default::default();
        for (matter, fate) in matters.iter().zip(fates) {
            let (status, answer) = match fate {
                Fate::Judged(judged) => (DecisionStatus::Decided, outcome::answer(judged, latency, now)),
                Fate::Pending(allowed) => {
                    jobs.push(self.ask(matter, now));
                    (DecisionStatus::Pending, outcome::pending(allowed, policy_hash, now))
                }
            };
            let is_pending = status == DecisionStatus::Pending;
            let anomaly = matter.anomaly.reference();
            recorded.decisions.push(DecisionTaken { id: matter.decision_id, anomaly, is_pending });
            if matter.is_anew {
                decisions::reopen(change, matter.decision_id, status, answer).await?;
            } else {
                new.push((
                    anomaly,
                    NewDecision { id: matter.decision_id, anomaly: anomaly.id(), status, answer },
                ));
            }
        }
        decisions::create_for_any(change, &new).await?;
        if !jobs.is_empty() {
            jobs::enqueue(change, &jobs).await?;
        }
        Ok(())
    }

    async fn carry_out(
        &self,
        change: &mut Change<'_>,
        matters: &[Matter],
        fates: &[Fate],
        recorded: &mut Recorded,
    ) -> Result<()> {
        let judged = matters.iter().zip(fates).filter_map(|(matter, fate)| match fate {
            Fate::Judged(judged) => Some((matter, &**judged)),
            Fate::Pending(_) => None,
        });
        let judged: Vec<_> = judged.collect();
        let (actions, notifications) = self.follow(change, &judged).await?;
        recorded.actions = actions;
        recorded.notifications = notifications;
        Ok(())
    }

    /// Does what judgements ask for, and says whom to tell.
    pub(super) async fn follow(
        &self,
        change: &mut Change<'_>,
        judged: &[(&Matter, &Judged)],
    ) -> Result<(Vec<Action>, Vec<Notification>)> {
        let now = change.now();
        let (mut requests, mut announcements) = (Vec::new(), Vec::new());
        self.with_random(|random| {
            for (matter, judged) in judged {
                let subject = matter.subject(now);
                requests.extend(outcome::requests(judged, &subject, random));
                announcements.extend(outcome::announcements(judged, &subject, random));
            }
        });
        let actions = actions::perform(change, &requests, self.clock).await?;
        let notifications = notify::announce(change, &announcements).await?;
        Ok((actions, notifications))
    }

    fn ask(&self, matter: &Matter, now: Timestamp) -> NewJob {
        let asked = Asked {
            decision: matter.decision_id,
            revision: matter.revision,
            anomaly: matter.anomaly.reference(),
        };
        NewJob { id: self.id(now), kind: ASK, input: serde_json::json!(asked) }
    }

    fn id(&self, now: Timestamp) -> Uuid {
        self.with_random(|random| version_7(now.0, random))
    }

    fn with_random<T>(&self, work: impl FnOnce(&mut Random) -> T) -> T {
        // Whoever panicked while it was drawing left nothing half done.
        work(&mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Microseconds by the desk's clock.
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

async fn fate(judge: &Judge, matter: &Matter) -> Fate {
    let mut judged = match judge.first(&matter.case) {
        First::Judged(judged) => *judged,
        First::Ask(_) if matter.is_persons => {
            judge.give_up(&matter.case, "the agent is not asked about what a person decided")
        }
        First::Ask(allowed) if judge.answers_at_once() => judge.ask(&matter.case, &allowed).await,
        First::Ask(allowed) => return Fate::Pending(allowed),
    };
    if matter.is_persons {
        judged.defer_to_person();
    }
    Fate::Judged(Box::new(judged))
}

impl Matter {
    /// A decision that waits for the agent.
    pub(super) fn asked(anomaly: AnyAnomaly, case: Case, decision: &Decision) -> Self {
        Self {
            anomaly,
            case,
            decision_id: decision.id,
            revision: decision.revision + 1,
            is_anew: true,
            is_persons: false,
        }
    }

    fn subject(&self, now: Timestamp) -> Subject<'_> {
        Subject {
            decision_id: self.decision_id,
            revision: self.revision,
            anomaly: self.anomaly.reference(),
            case: &self.case.anomaly,
            now,
        }
    }
}
