//! What is to be told becomes notifications: one for each recipient who wants it, over all of the recipient's channels.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::text;
use crate::{
    domain::judgement::PlannedNotification,
    store::{
        anomalies::AnomalyRef,
        change::Change,
        error::Result,
        notifications::{self, NewNotification, Notification, Recipient},
    },
};

/// Something to be told to whom it may concern.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    /// Version 7. What has been announced under this id is not announced again.
    pub id: Uuid,
    /// What to say, and how urgent it is.
    pub planned: PlannedNotification,
    /// Kind of what it is about, as in `PRICE_SPIKE`.
    pub kind: String,
    /// The anomaly that it is about.
    pub anomaly: Option<AnomalyRef>,
    /// The action that it is about.
    pub action_id: Option<Uuid>,
}

/// Records who is to be told of each, with a block for each recipient, and answers the new notifications in the order
/// of their ids. What nobody wants is recorded once, without a delivery. Texts are cut to one line of 200 characters
/// for titles and 4,000 characters for bodies, and control characters are taken out.
///
/// # Errors
///
/// If the database fails, or there is no such anomaly or action.
pub async fn announce(change: &mut Change<'_>, announcements: &[Announcement]) -> Result<Vec<Notification>> {
    if announcements.is_empty() {
        return Ok(Vec::new());
    }
    let recipients = notifications::active_recipients(change).await?;
    let new: Vec<_> = announcements.iter().flat_map(|one| one.to_each(&recipients)).collect();
    notifications::create(change, &new).await
}

impl Announcement {
    fn to_each(&self, recipients: &[Recipient]) -> Vec<NewNotification> {
        let wanting =
            recipients.iter().filter(|recipient| recipient.wants(self.planned.priority, &self.kind));
        let mut told: Vec<_> = wanting.map(|recipient| self.to(recipient)).collect();
        if told.is_empty() {
            told.push(self.to_nobody());
        }
        told
    }

    fn to(&self, recipient: &Recipient) -> NewNotification {
        let addresses = recipient.addresses().collect();
        NewNotification { id: id_for(self.id, recipient.id), addresses, ..self.to_nobody() }
    }

    fn to_nobody(&self) -> NewNotification {
        NewNotification {
            id: self.id,
            anomaly: self.anomaly,
            action_id: self.action_id,
            kind: self.kind.clone(),
            priority: self.planned.priority,
            title: text::title(&self.planned.title, &self.kind),
            body: text::body(&self.planned.body),
            addresses: Vec::new(),
        }
    }
}

/// A version 7 id of the same millisecond, always the same for the same two.
pub(super) fn id_for(of: Uuid, and: Uuid) -> Uuid {
    let digest = Sha256::new().chain_update(of.as_bytes()).chain_update(and.as_bytes()).finalize();
    let milliseconds = of.as_bytes()[..6].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    Builder::from_unix_timestamp_millis(milliseconds, &std::array::from_fn(|place| digest[place])).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_moment_and_differ_by_recipient() {
        let announced: Uuid = "0190163d-8694-739b-aea5-966c26f8ad91".parse().unwrap();
        let [one, same, other] = [1, 1, 2].map(|recipient| id_for(announced, Uuid::from_u128(recipient)));
        assert_eq!((one.get_version_num(), one), (7, same));
        assert_ne!(one, other);
        assert_eq!(one.as_bytes()[..6], announced.as_bytes()[..6]);
    }
}
