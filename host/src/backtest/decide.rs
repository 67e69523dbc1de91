//! What a run decides about its anomalies and does: the path of live use, with a memory in the place of the store.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use uuid::Uuid;

use super::{
    result::{ActionRecord, DecisionRecord},
    run::Run,
};
use crate::{
    actions::{Book, Guard},
    anomalies::{Openings, Place},
    config::ActionsConfig,
    decide::{
        case::case,
        facts::{Facts, controls_of, subjects},
        judge::{First, Judge, Judged},
        memory::Memory,
        outcome::{self, Subject},
        record::{Entry, record},
    },
    domain::{
        anomaly::Anomaly,
        family::Family,
        finding::{Finding, subject_name},
        ids::version_7,
        random::Random,
        time::Timestamp,
    },
    ingest::Input,
    store::{actions::Action, anomalies::AnyAnomaly},
};

/// Who decides, and within which bounds.
pub struct Decider {
    /// Policies and agent.
    pub judge: Judge,
    /// Bounds of automatic actions.
    pub guard: ActionsConfig,
    /// The clock by which policies see the time of day.
    pub zone: TimeZone,
    /// The same in words.
    pub made_by: MadeBy,
}

/// Who decided, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// Who answers for the agent.
    pub agent: String,
    /// SHA-256 of all policy files together.
    pub policy_set: String,
    /// SHA-256 of each policy file by name.
    pub policies: BTreeMap<String, String>,
}

/// What was decided and done.
#[derive(Default)]
pub struct Decided {
    /// One for each anomaly, in the order in which they open.
    pub decisions: Vec<DecisionRecord>,
    /// In order of time.
    pub actions: Vec<ActionRecord>,
    /// How often the agent was asked.
    pub asked: u64,
    /// How long each decision took.
    pub decision_times: Vec<Duration>,
    /// How long each action took.
    pub action_times: Vec<Duration>,
    /// Who decided; `None` where nobody did.
    pub made_by: Option<MadeBy>,
}

/// Decides about the anomalies of a run in the order of time, and does what is decided in memory.
pub fn decide(input: &Input, run: &Run, decider: &Decider) -> Decided {
    let mut desk = Desk {
        input,
        decider,
        openings: Openings::new(input.intervals.clone()),
        anomalies: Vec::new(),
        ids: Vec::new(),
        memory: Memory::default(),
        book: Book::default(),
        guard: Guard::new(&decider.guard),
        random: Random::new(0, "decisions"),
        decisions: BTreeMap::new(),
        decided: Decided { made_by: Some(decider.made_by.clone()), ..Decided::default() },
    };
    for moment in run.findings.chunk_by(|one, next| one.at == next.at) {
        let open = desk.take(moment);
        for number in open {
            desk.decide(number, Timestamp(moment[0].at));
        }
    }
    Decided { decisions: desk.decisions.into_values().collect(), ..desk.decided }
}

struct Desk<'a> {
    input: &'a Input,
    decider: &'a Decider,
    openings: Openings<usize>,
    anomalies: Vec<Anomaly>,
    /// Of each anomaly and its decision.
    ids: Vec<(Uuid, Uuid)>,
    memory: Memory,
    book: Book,
    guard: Guard,
    random: Random,
    decisions: BTreeMap<usize, DecisionRecord>,
    decided: Decided,
}

impl<'a> Desk<'a> {
    /// Takes in the findings of a moment, and answers which anomalies are to be decided about, or anew.
    fn take(&mut self, moment: &[Finding]) -> BTreeSet<usize> {
        let mut open = BTreeSet::new();
        for finding in moment {
            match self.openings.take(finding, || self.anomalies.len()) {
                Place::Opens(number) => {
                    self.open(number, finding);
                    open.insert(number);
                }
                Place::Joins(number) => {
                    let before = self.anomalies[number].severity;
                    self.anomalies[number].join(finding);
                    self.memory.join(number, finding, self.subject(finding));
                    if self.anomalies[number].severity > before {
                        open.insert(number);
                    }
                }
                Place::Nowhere => {}
            }
        }
        open
    }

    fn open(&mut self, number: usize, finding: &Finding) {
        self.memory.open(number, finding, self.subject(finding));
        self.anomalies.push(Anomaly::open(finding));
        let [anomaly, decision] = [(); 2].map(|()| version_7(finding.at, &mut self.random));
        self.ids.push((anomaly, decision));
    }

    fn subject(&self, finding: &Finding) -> &'a str {
        subject_name(finding.family, finding.subject, &self.input.symbols, &self.input.users)
    }

    fn decide(&mut self, number: usize, now: Timestamp) {
        let began = Instant::now();
        let anomaly = self.record(number, now);
        let case = case(&anomaly, &self.facts(number, &anomaly, now), now, &self.decider.zone);
        let judge = &self.decider.judge;
        let mut judged = match judge.first(&case) {
            First::Judged(judged) => *judged,
            First::Ask(allowed) => {
                self.decided.asked += 1;
                judge.ask_blocking(&case, &allowed)
            }
        };
        self.decided.decision_times.push(began.elapsed());
        judged.hold(&mut self.guard, now);
        let revision = self.decisions.get(&number).map_or(0, |before| before.revision + 1);
        self.decisions.insert(number, DecisionRecord::new(number as u64, revision, &judged));
        let subject = Subject {
            decision_id: self.ids[number].1,
            revision: revision as i32,
            anomaly: anomaly.reference(),
            case: &case.anomaly,
            now,
        };
        self.act(number, &judged, &subject);
    }

    fn act(&mut self, number: usize, judged: &Judged, subject: &Subject<'_>) {
        for request in outcome::requests(judged, subject, &mut self.random) {
            let began = Instant::now();
            let action: Action = self.book.simulate(&request, subject.now);
            self.decided.action_times.push(began.elapsed());
            self.decided.actions.push(ActionRecord::new(number as u64, subject.revision as u32, action));
        }
    }

    fn record(&self, number: usize, now: Timestamp) -> AnyAnomaly {
        let anomaly = &self.anomalies[number];
        let user = anomaly.dispute.as_ref().and_then(|dispute| dispute.user);
        let entry = Entry {
            id: self.ids[number].0,
            subject: subject_name(anomaly.family, anomaly.subject, &self.input.symbols, &self.input.users),
            user: user.map(|user| self.input.users.name(user)),
            plugin_hash: None,
            plugin_version: None,
            recorded_at: now,
        };
        record(anomaly, &entry)
    }

    fn facts(&self, number: usize, anomaly: &AnyAnomaly, now: Timestamp) -> Facts {
        let subjects = subjects(anomaly);
        let controls = self.book.longest_for(&subjects, now);
        let conflict = (anomaly.family() == Family::Market)
            .then(|| self.memory.open_conflict(anomaly.subject(), now))
            .flatten();
        Facts {
            recent: self.memory.recent(number, anomaly, now.0),
            controls: controls_of(&controls),
            conflict,
            ..Facts::default()
        }
    }
}
