//! What a recipient reads.

use std::{collections::BTreeMap, fmt::Write as _};

use uuid::Uuid;

use super::{plan::DIGEST, text};
use crate::store::notifications::{Delivery, Member};

/// Most members that a message names; of the others it says how many they are.
pub(super) const NAMED: i64 = 20;

/// What a notification says, with what is told within it. It is the same at every attempt: what is grouped is grouped
/// before the first one.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// One line.
    pub(super) title: String,
    /// All there is to say.
    pub(super) body: String,
    /// What is told within it: the first few.
    pub(super) members: Vec<Member>,
    /// How many are told within it.
    pub(super) count: usize,
}

/// Members by the notification within which they are told.
pub(super) fn by_group(members: Vec<Member>) -> BTreeMap<Uuid, Vec<Member>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for member in members {
        groups.entry(member.group_id).or_default().push(member);
    }
    groups
}

impl Message {
    pub(super) fn of(delivery: &Delivery, members: &[Member]) -> Self {
        let count = members.first().map_or(0, |first| usize::try_from(first.members).unwrap_or(0));
        let title = text::title(&delivery.title, &delivery.kind);
        Self {
            title: match count {
                0 => title,
                count if delivery.kind == DIGEST => format!("{count} alerts"),
                count => format!("{title} (and {count} more)"),
            },
            body: body(&text::body(&delivery.body), members, count),
            members: members.to_vec(),
            count,
        }
    }
}

fn body(own: &str, members: &[Member], count: usize) -> String {
    let mut body = own.to_owned();
    if count == 0 {
        return body;
    }
    // Writing to a string does not fail.
    let _ = write!(body, "\n\nTold within this message: {count}\n");
    for member in members {
        let title = text::title(&member.title, &member.kind);
        let _ = writeln!(body, "- {} {}: {title}", member.priority.name(), member.kind);
    }
    if count > members.len() {
        let _ = writeln!(body, "and {} more", count - members.len());
    }
    body
}
