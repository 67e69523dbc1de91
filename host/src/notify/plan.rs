//! What is told together: related alerts as one message, and what is more than a recipient takes as one digest.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    config::NotificationsConfig,
    domain::{time::Timestamp, vocabulary::NotificationChannel},
    store::notifications::{Begun, Fresh},
};

/// Kind of a notification that holds what was too much to be told one by one.
pub(super) const DIGEST: &str = "DIGEST";

/// What is to be done with what waits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Told now.
    pub(super) told: Vec<Uuid>,
    /// Told within another one that waits: that one, and the others.
    pub(super) groups: Vec<(Uuid, Vec<Uuid>)>,
    /// Told within a new one for each.
    pub(super) digests: Vec<Vec<Fresh>>,
    /// Due at another moment.
    pub(super) due: Vec<(Uuid, Timestamp)>,
}

/// Alerts about one subject, the most urgent first, of equals the oldest.
struct Bundle<'a>(Vec<&'a Fresh>);

impl Bundle<'_> {
    /// When it is to be told: what is not urgent waits for more of its kind.
    fn ready_at(&self, is_urgent: bool, window: i64) -> Timestamp {
        let due = self.0.iter().map(|one| one.due_at).min().unwrap_or_default();
        let oldest = self.0.iter().map(|one| one.created_at).min().unwrap_or_default();
        if is_urgent { due } else { due.max(Timestamp(oldest.0.saturating_add(window))) }
    }
}

/// Plans what is fresh, which comes with the most urgent first. Each recipient is told at most so many messages in an
/// interval: as many bundles as there is room for, and if there are more, all of these in the last one.
pub(super) fn plan(fresh: &[Fresh], begun: &[Begun], settings: &NotificationsConfig, now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    for ((recipient_id, is_urgent), bundles) in lanes(fresh) {
        let (ready, waiting): (Vec<_>, Vec<_>) = bundles
            .into_iter()
            .map(|bundle| (bundle.ready_at(is_urgent, settings.group_window()), bundle))
            .partition(|(ready_at, _)| *ready_at <= now);
        for (ready_at, bundle) in waiting {
            plan.hold(&bundle, ready_at);
        }
        let ready: Vec<_> = ready.into_iter().map(|(_, bundle)| bundle).collect();
        let begun = begun.iter().find(|one| one.recipient_id == recipient_id && one.is_urgent == is_urgent);
        let room = i64::from(settings.most_per_interval.get()) - begun.map_or(0, |begun| begun.messages);
        let free_at =
            begun.map_or(now, |begun| Timestamp(begun.first_at.0.saturating_add(settings.interval())));
        plan.tell(ready, usize::try_from(room).unwrap_or(0), free_at, now);
    }
    plan
}

/// Bundles by recipient, the urgent ones apart, in the order of their first alerts.
fn lanes(fresh: &[Fresh]) -> BTreeMap<(Uuid, bool), Vec<Bundle<'_>>> {
    let mut lanes: BTreeMap<_, Vec<Bundle<'_>>> = BTreeMap::new();
    let mut places: BTreeMap<(Uuid, bool, &str, &[NotificationChannel]), usize> = BTreeMap::new();
    for one in fresh {
        let lane = (one.recipient_id, one.is_urgent());
        let bundles = lanes.entry(lane).or_default();
        let last = bundles.len();
        let place = one
            .subject
            .as_deref()
            .map(|subject| *places.entry((lane.0, lane.1, subject, &one.channels)).or_insert(last));
        match place.and_then(|place| bundles.get_mut(place)) {
            Some(bundle) => bundle.0.push(one),
            None => bundles.push(Bundle(vec![one])),
        }
    }
    lanes
}

impl Plan {
    fn hold(&mut self, bundle: &Bundle<'_>, until: Timestamp) {
        self.due.extend(bundle.0.iter().filter(|one| one.due_at < until).map(|one| (one.id, until)));
    }

    fn tell(&mut self, mut ready: Vec<Bundle<'_>>, room: usize, free_at: Timestamp, now: Timestamp) {
        if room == 0 {
            for bundle in &ready {
                self.hold(bundle, free_at);
            }
            return;
        }
        let rest = if ready.len() > room { ready.split_off(room - 1) } else { Vec::new() };
        for Bundle(bundle) in ready {
            self.group(bundle[0], &bundle, now);
        }
        let rest: Vec<_> = rest.into_iter().flat_map(|Bundle(bundle)| bundle).collect();
        match rest.iter().find(|one| one.kind == DIGEST) {
            Some(digest) => self.group(digest, &rest, now),
            None if rest.is_empty() => {}
            None => self.digests.push(rest.into_iter().cloned().collect()),
        }
    }

    fn group(&mut self, lead: &Fresh, bundle: &[&Fresh], now: Timestamp) {
        let members: Vec<_> = bundle.iter().map(|one| one.id).filter(|id| *id != lead.id).collect();
        self.told.push(lead.id);
        if lead.due_at > now {
            self.due.push((lead.id, now));
        }
        if !members.is_empty() {
            self.groups.push((lead.id, members));
        }
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
