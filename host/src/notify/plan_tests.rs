use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{
    time::{MINUTE, SECOND},
    vocabulary::NotificationPriority::{self, High, Normal, Urgent},
};

const NOW: i64 = 100 * MINUTE;

fn settings() -> NotificationsConfig {
    NotificationsConfig::default()
}

/// Made so many seconds ago, and due since.
fn fresh(number: u128, recipient: u128, priority: NotificationPriority, subject: &str, age: i64) -> Fresh {
    let at = Timestamp(NOW - age * SECOND);
    Fresh {
        id: Uuid::from_u128(number),
        recipient_id: Uuid::from_u128(recipient),
        kind: "PRICE_SPIKE".into(),
        priority,
        subject: Some(subject.into()).filter(|subject: &String| !subject.is_empty()),
        channels: vec![NotificationChannel::Log],
        created_at: at,
        due_at: at,
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn planned(fresh: &[Fresh], begun: &[Begun]) -> Plan {
    plan(fresh, begun, &settings(), Timestamp(NOW))
}

#[test]
fn what_is_related_is_told_together_after_the_window() {
    let young = [fresh(2, 1, High, "NIFTY", 5), fresh(1, 1, Normal, "NIFTY", 29)];
    let ready_at = Timestamp(NOW + SECOND);
    assert_eq!(
        planned(&young, &[]),
        Plan { due: vec![(id(2), ready_at), (id(1), ready_at)], ..Plan::default() }
    );
    let old = [fresh(2, 1, High, "NIFTY", 5), fresh(1, 1, Normal, "NIFTY", 30)];
    let expected = Plan { told: vec![id(2)], groups: vec![(id(2), vec![id(1)])], ..Plan::default() };
    assert_eq!(planned(&old, &[]), expected);
}

#[test]
fn neither_other_subjects_nor_other_recipients_nor_unknown_subjects_are_related() {
    let apart = [
        fresh(1, 1, Normal, "NIFTY", 60),
        fresh(2, 1, Normal, "SENSEX", 60),
        fresh(3, 1, Normal, "", 60),
        fresh(4, 1, Normal, "", 60),
        fresh(5, 2, Normal, "NIFTY", 60),
    ];
    assert_eq!(planned(&apart, &[]), Plan { told: (1..=5).map(id).collect(), ..Plan::default() });
}

#[test]
fn what_is_urgent_waits_for_nothing() {
    let news =
        [fresh(1, 1, Urgent, "NIFTY", 0), fresh(2, 1, Urgent, "NIFTY", 0), fresh(3, 1, High, "NIFTY", 0)];
    let expected = Plan {
        told: vec![id(1)],
        groups: vec![(id(1), vec![id(2)])],
        due: vec![(id(3), Timestamp(NOW + 30 * SECOND))],
        ..Plan::default()
    };
    assert_eq!(planned(&news, &[]), expected);
}

#[test]
fn a_recipient_who_got_enough_gets_the_rest_when_there_is_room() {
    let begun = |is_urgent| Begun {
        recipient_id: id(1),
        is_urgent,
        messages: 5,
        first_at: Timestamp(NOW - 4 * MINUTE),
    };
    let news =
        [fresh(1, 1, Urgent, "NIFTY", 60), fresh(2, 1, High, "SENSEX", 60), fresh(3, 2, High, "NIFTY", 60)];
    let free = Timestamp(NOW + 6 * MINUTE);
    let expected = |told: [u128; 2], held| Plan {
        told: told.map(id).to_vec(),
        due: vec![(id(held), free)],
        ..Plan::default()
    };
    assert_eq!(planned(&news, &[begun(false)]), expected([1, 3], 2));
    assert_eq!(planned(&news, &[begun(true)]), expected([2, 3], 1));
}

#[test]
fn a_digest_that_waits_takes_in_the_rest() {
    let mut news: Vec<_> = (1..=9).map(|number| fresh(number, 1, High, &number.to_string(), 60)).collect();
    news[7].kind = DIGEST.into();
    let expected = Plan {
        told: [1, 2, 3, 4, 8].map(id).to_vec(),
        groups: vec![(id(8), [5, 6, 7, 9].map(id).to_vec())],
        ..Plan::default()
    };
    assert_eq!(planned(&news, &[]), expected);
}

proptest! {
    /// Everything is told once, alone or within another one, or waits; nobody gets more messages than there is room.
    #[test]
    fn nothing_is_lost_or_told_twice_and_floods_become_few_messages(
        drawn in prop::collection::vec((0_u128..3, 0_usize..4, 0_u8..20, 0_i64..90), 0..300),
        used in 0_i64..7,
    ) {
        let mut news: Vec<Fresh> = drawn
            .iter()
            .enumerate()
            .map(|(number, (recipient, priority, subject, age))| {
                let subject = if *subject == 0 { String::new() } else { subject.to_string() };
                fresh(number as u128 + 1, *recipient, NotificationPriority::ALL[*priority], &subject, *age)
            })
            .collect();
        news.sort_by_key(|one| (one.recipient_id, std::cmp::Reverse(one.priority), one.created_at, one.id));
        let first_at = Timestamp(NOW - MINUTE);
        let begun = [Begun { recipient_id: id(1), is_urgent: false, messages: used, first_at }];
        let plan = planned(&news, &begun);

        let held: BTreeSet<Uuid> = plan.due.iter().filter(|(_, at)| *at > Timestamp(NOW)).map(|(id, _)| *id).collect();
        let mut within: Vec<Uuid> = plan.groups.iter().flat_map(|(_, members)| members.clone()).collect();
        within.extend(plan.digests.iter().flatten().map(|one| one.id));
        let inner: BTreeSet<Uuid> = within.iter().copied().collect();
        prop_assert_eq!(inner.len(), within.len());
        prop_assert!(inner.is_disjoint(&held));
        let apart: Vec<&Fresh> =
            news.iter().filter(|one| !inner.contains(&one.id) && !held.contains(&one.id)).collect();
        let told: BTreeSet<Uuid> = plan.told.iter().copied().collect();
        prop_assert_eq!(told.len(), plan.told.len());
        prop_assert_eq!(told, apart.iter().map(|one| one.id).collect::<BTreeSet<_>>());

        let mut messages: BTreeMap<(Uuid, bool), i64> = BTreeMap::new();
        for one in apart {
            *messages.entry((one.recipient_id, one.is_urgent())).or_default() += 1;
        }
        for digest in &plan.digests {
            *messages.entry((digest[0].recipient_id, digest[0].is_urgent())).or_default() += 1;
            prop_assert!(digest.iter().all(|one| one.recipient_id == digest[0].recipient_id));
        }
        for ((recipient, is_urgent), count) in messages {
            let used = if recipient == id(1) && !is_urgent { used } else { 0 };
            prop_assert!(count <= (5 - used).max(0), "{} messages", count);
        }
    }
}
