use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use uuid::Uuid;

use super::{plan::Plan, request::Request};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType, SubjectType},
    },
    store::{
        actions::{Action, ActionError, NewControl, Outcome},
        controls::Control,
    },
};

/// Actions and controls in memory: what a backtest has in the place of the database. Messages are not sent, so their
/// actions stay pending.
#[derive(Clone, Debug, Default)]
pub struct Book {
    actions: HashMap<Uuid, Action>,
    keys: HashMap<String, Uuid>,
    controls: BTreeMap<(SubjectType, String), Vec<Control>>,
}

impl Book {
    /// Does an action at a moment, as [`perform`](super::perform) does.
    pub fn simulate(&mut self, request: &Request, now: Timestamp) -> Action {
        let plan = Plan::of(request, now);
        let before = self.keys.get(&plan.new.idempotency_key).and_then(|id| self.actions.get(id));
        if let Some(before) = before {
            return before.clone();
        }
        if let Some(control) = control(&plan, now) {
            let subject = (control.subject_type, control.subject.clone());
            let controls = self.controls.entry(subject).or_default();
            controls.retain(|control| is_active(control, now));
            controls.push(control);
        }
        let action = record(plan, now);
        self.keys.insert(action.idempotency_key.clone(), action.id);
        self.actions.insert(action.id, action.clone());
        action
    }

    /// What is in force for things at a moment, by kind and name of the thing and type: of all controls of one type on
    /// one thing, the one that lasts longest.
    pub fn longest_for(&self, subjects: &[(SubjectType, String)], now: Timestamp) -> Vec<Control> {
        let mut active: Vec<Control> = subjects
            .iter()
            .filter_map(|subject| self.controls.get(subject))
            .flatten()
            .filter(|control| is_active(control, now))
            .cloned()
            .collect();
        active.sort_by(|one, other| key(one).cmp(&key(other)));
        active.dedup_by(|later, first| about(later) == about(first));
        active
    }

    /// Undoes an action at a moment, as [`roll_back`](super::roll_back) does. `None` if there is no such action.
    ///
    /// # Errors
    ///
    /// If it is undone already, did not succeed, or cannot be undone.
    pub fn roll_back(
        &mut self,
        id: Uuid,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<Action>, ActionError> {
        let Some(action) = self.actions.get_mut(&id) else { return Ok(None) };
        match (action.status, &action.compensation) {
            (ActionStatus::RolledBack, _) => return Err(ActionError::RolledBack(id)),
            (ActionStatus::Succeeded, Some(_)) => {}
            (ActionStatus::Succeeded, None) => return Err(ActionError::NoCompensation(id)),
            (status, _) => return Err(ActionError::NotDone { id, status }),
        }
        action.status = ActionStatus::RolledBack;
        action.rolled_back_at = action.finished_at.max(Some(now));
        action.rolled_back_by = Some(by.to_owned());
        action.rollback_reason = Some(reason.to_owned());
        if let Some(controls) = self.controls.get_mut(&(action.subject_type, action.subject.clone())) {
            controls.retain(|control| control.action_id != id);
        }
        Ok(Some(action.clone()))
    }
}

/// What an action puts in force.
fn control(plan: &Plan, now: Timestamp) -> Option<Control> {
    let NewControl { value, expires_at } = plan.control()?;
    let action = &plan.new;
    Some(Control {
        id: action.id,
        action_id: action.id,
        action_type: action.action_type,
        subject_type: action.subject_type,
        subject: action.subject.clone(),
        value,
        set_at: now,
        expires_at,
    })
}

fn is_active(control: &Control, now: Timestamp) -> bool {
    control.expires_at.is_none_or(|end| end > now)
}

fn about(control: &Control) -> (SubjectType, &str, ActionType) {
    (control.subject_type, &control.subject, control.action_type)
}

/// The one that lasts longest comes first among those of one type on one thing.
fn key(control: &Control) -> impl Ord {
    let lasts = (control.expires_at.is_some(), Reverse(control.expires_at));
    (about(control), lasts, control.set_at, control.id)
}

/// What is recorded of an action that takes no time.
fn record(plan: Plan, now: Timestamp) -> Action {
    let finished = plan.finished(0);
    let new = plan.new;
    let mut action = Action {
        id: new.id,
        decision_id: new.decision_id,
        action_type: new.action_type,
        status: ActionStatus::Pending,
        subject_type: new.subject_type,
        subject: new.subject,
        parameters: new.parameters,
        compensation: None,
        result: None,
        error: None,
        attempts: 0,
        idempotency_key: new.idempotency_key,
        requested_at: now,
        finished_at: None,
        duration: None,
        rolled_back_at: None,
        rolled_back_by: None,
        rollback_reason: None,
        rollback_error: None,
    };
    let Some(finished) = finished else { return action };
    action.attempts = finished.attempts;
    action.duration = Some(finished.duration);
    action.finished_at = Some(now);
    match finished.outcome {
        Outcome::Succeeded { result, compensation } => {
            action.status = ActionStatus::Succeeded;
            action.result = result;
            action.compensation = compensation;
        }
        Outcome::Failed { error } => {
            action.status = ActionStatus::Failed;
            action.error = Some(error);
        }
    }
    action
}
