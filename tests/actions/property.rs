//! Whatever is done, undone and over: in force is what the actions that are neither rolled back nor expired put there,
//! in the database and in memory alike.

use std::collections::BTreeMap;

use host::{
    actions::{Book, roll_back},
    domain::{
        judgement::PlannedAction,
        time::Timestamp,
        vocabulary::{ActionType, SubjectType},
    },
    store::{
        actions::Action,
        controls::{self, Control},
        error::StoreError,
    },
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::support::{Base, minute, planned, request};

/// Decisions that there are.
const DECISIONS: u32 = 12;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// An action of a decision: its type, and the minutes it is in force.
    Act { decision: u32, kind: usize, minutes: i64 },
    /// The action done so many before the last is undone.
    RollBack(usize),
    /// So many minutes go by.
    Wait(i64),
    /// Controls that have expired are swept away.
    Sweep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let act = (1..=DECISIONS, 0..6_usize, 0..40_i64).prop_map(|(decision, kind, minutes)| Step::Act {
        decision,
        kind,
        minutes,
    });
    let step = prop_oneof![
        5 => act,
        3 => (0..8_usize).prop_map(Step::RollBack),
        2 => (0..25_i64).prop_map(Step::Wait),
        1 => Just(Step::Sweep),
    ];
    vec(step, 1..25)
}

/// Minutes 0 are refused, so some actions fail.
fn plan(kind: usize, minutes: i64) -> PlannedAction {
    use ActionType::*;
    use SubjectType::*;
    let only = json!({ "minutes": minutes });
    let scaled = json!({ "factor": 1, "minutes": minutes });
    match kind {
        0 => planned(HaltSymbol, Symbol, "NIFTY", only),
        1 => planned(WidenLimits, Symbol, "NIFTY", scaled),
        2 => planned(PauseAlgorithm, Algorithm, "macd", only),
        3 => planned(CoolDownUser, User, "asha", only),
        4 => planned(QueueForReview, Anomaly, "", json!({})),
        _ => planned(Webhook, Anomaly, "", json!({})),
    }
}

/// A thing, and what is done to it.
type About = (SubjectType, String, ActionType);

/// An action as this test knows it: its control's end, if it has a control, and whether it was rolled back.
struct Known {
    id: Uuid,
    about: About,
    has_control: bool,
    ends: Option<i64>,
    is_undone: bool,
}

struct World<'a> {
    base: &'a Base,
    book: Book,
    known: Vec<Known>,
    subjects: Vec<(SubjectType, String)>,
    now: i64,
}

impl World<'_> {
    async fn take(&mut self, place: usize, step: Step) {
        match step {
            Step::Act { decision, kind, minutes } => self.act(place, decision, kind, minutes).await,
            Step::RollBack(back) => self.roll_back(back).await,
            Step::Wait(minutes) => self.now += minutes,
            Step::Sweep => {
                let mut change = self.base.begin(minute(self.now)).await.unwrap();
                controls::sweep_expired(&mut change).await.unwrap();
                change.commit().await.unwrap();
            }
        }
    }

    async fn act(&mut self, place: usize, decision: u32, kind: usize, minutes: i64) {
        let request = request(decision, place as u32, plan(kind, minutes));
        let now = minute(self.now);
        let stored = self.base.act(now, std::slice::from_ref(&request)).await.remove(0);
        assert_eq!(
            self.book.simulate(&request, now),
            Action { duration: stored.duration.map(|_| 0), ..stored.clone() }
        );
        if !self.subjects.contains(&(stored.subject_type, stored.subject.clone())) {
            self.subjects.push((stored.subject_type, stored.subject.clone()));
        }
        if stored.id == request.id {
            let has_control = kind == 4 || (kind < 4 && minutes > 0);
            let ends = (kind < 4).then_some(self.now + minutes);
            let about = (stored.subject_type, stored.subject.clone(), stored.action_type);
            self.known.push(Known { id: stored.id, about, has_control, ends, is_undone: false });
        }
    }

    async fn roll_back(&mut self, back: usize) {
        let Some(place) = self.known.len().checked_sub(back + 1) else { return };
        let (id, now) = (self.known[place].id, minute(self.now));
        let stored = roll_back(self.base, id, "operator", "false alarm", now).await;
        let simulated = self.book.roll_back(id, "operator", "false alarm", now);
        match (stored, simulated) {
            (Ok(Some(stored)), Ok(Some(simulated))) => {
                assert!(self.known[place].has_control && !self.known[place].is_undone);
                assert_eq!(Action { duration: Some(0), ..stored }, simulated);
                self.known[place].is_undone = true;
            }
            (Err(StoreError::Action(stored)), Err(simulated)) => {
                assert!(!self.known[place].has_control || self.known[place].is_undone);
                assert_eq!(stored, simulated);
            }
            (stored, simulated) => panic!("{stored:?} is not {simulated:?}"),
        }
    }

    async fn check(&self) {
        let now = minute(self.now);
        let stored = self.base.active(&self.subjects, now).await;
        assert_eq!(self.book.longest_for(&self.subjects, now), stored);
        let in_force: BTreeMap<About, Option<Timestamp>> = stored.into_iter().map(about).collect();
        let is_due = |known: &&Known| {
            known.has_control && !known.is_undone && known.ends.is_none_or(|end| end > self.now)
        };
        let mut due: BTreeMap<About, Option<Timestamp>> = BTreeMap::new();
        for known in self.known.iter().filter(is_due) {
            let ends = known.ends.map(minute);
            let longest = due.entry(known.about.clone()).or_insert(ends);
            *longest = longest.zip(ends).map(|(one, other)| one.max(other));
        }
        assert_eq!(in_force, due);
    }
}

/// What a control is about, and its end.
fn about(control: Control) -> (About, Option<Timestamp>) {
    ((control.subject_type, control.subject, control.action_type), control.expires_at)
}

#[test]
fn in_force_is_what_is_neither_undone_nor_over() {
    let runtime = Runtime::new().unwrap();
    let base = runtime.block_on(Base::new("property", 1..DECISIONS + 1));
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            sqlx::query("DELETE FROM active_controls").execute(base.store().pool()).await.unwrap();
            sqlx::query("DELETE FROM action_executions").execute(base.store().pool()).await.unwrap();
            let mut world =
                World { base: &base, book: Book::default(), known: Vec::new(), subjects: Vec::new(), now: 0 };
            for (place, step) in steps.into_iter().enumerate() {
                world.take(place, step).await;
                world.check().await;
            }
        });
        Ok(())
    });
    ran.unwrap();
}
