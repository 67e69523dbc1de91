use host::{
    domain::vocabulary::{BlockType, NotificationChannel, NotificationPriority},
    store::{
        error::StoreError,
        journal::Journal,
        notifications::{
            self, Contact, NewRecipient, Preferences, QuietHours, Recipient, RecipientError, RecipientFilter,
        },
        page::Window,
    },
};
use serde_json::json;

use super::{preferences, somebody, welcome};
use crate::support::{assert_none, blocks, id, journal, second};

async fn refusal(journal: &Journal, new: &NewRecipient) -> RecipientError {
    let mut change = journal.begin(second(0)).await.unwrap();
    match notifications::create_recipient(&mut change, new).await.unwrap_err() {
        StoreError::Recipient(error) => error,
        error => panic!("{error}"),
    }
}

fn ids(recipients: &[Recipient]) -> Vec<u128> {
    recipients.iter().map(|recipient| recipient.id.as_u128() - 0xB000).collect()
}

#[tokio::test]
async fn recipients_are_found_by_id_and_user() {
    let journal = journal("recipients").await;
    let new = Preferences {
        channels: vec![NotificationChannel::Email, NotificationChannel::Log, NotificationChannel::Email],
        quiet_hours: Some(QuietHours { from: "22:00".parse().unwrap(), until: "07:30".parse().unwrap() }),
        ..preferences()
    };
    let created = welcome(&journal, 3, &[NewRecipient { preferences: new, ..somebody(1) }]).await.remove(0);
    assert_eq!(created.channels, [NotificationChannel::Log, NotificationChannel::Email]);
    assert_eq!(created.quiet_until.unwrap().to_string(), "07:30");
    assert_eq!((created.created_at, created.is_active), (second(3), true));
    let store = journal.store();
    assert_eq!(notifications::recipient(store, created.id).await.unwrap(), Some(created.clone()));
    assert_eq!(notifications::recipient_by_user(store, "user-1").await.unwrap(), Some(created.clone()));
    assert_eq!(notifications::recipient(store, id(1)).await.unwrap(), None);
    assert_eq!(notifications::recipient_by_user(store, "nobody").await.unwrap(), None);
    assert!(!format!("{created:?}").contains("example.com"));
    let noted = blocks(store, BlockType::RecipientChanged).await;
    assert_eq!(noted[0]["recipient"]["quiet_from"], json!("22:00"));
    assert_eq!(noted[0]["deleted"], json!(false));
}

#[tokio::test]
async fn who_cannot_be_reached_is_refused_with_the_way_out() {
    let journal = journal("recipients").await;
    let with = |preferences| NewRecipient { preferences, ..somebody(1) };
    let (email, webhook) = (vec![NotificationChannel::Email], vec![NotificationChannel::Webhook]);
    let address = |text: &str| Some(Contact::new(text));
    let cases = [
        (NewRecipient { name: " ".into(), ..somebody(1) }, RecipientError::NoName),
        (NewRecipient { user_id: Some(String::new()), ..somebody(1) }, RecipientError::EmptyUser),
        (with(Preferences { channels: email, email: None, ..preferences() }), RecipientError::NoEmail),
        (with(Preferences { channels: webhook, ..preferences() }), RecipientError::NoWebhook),
        (with(Preferences { email: address("asha"), ..preferences() }), RecipientError::Email),
        (with(Preferences { email: address("a@b\nBcc: c@d"), ..preferences() }), RecipientError::Email),
        (
            with(Preferences { webhook_url: address("ftp://example.com"), ..preferences() }),
            RecipientError::Webhook,
        ),
        (
            with(Preferences { time_zone: "Asia/Atlantis".into(), ..preferences() }),
            RecipientError::TimeZone("Asia/Atlantis".into()),
        ),
    ];
    for (new, expected) in cases {
        assert_eq!(refusal(&journal, &new).await, expected);
    }
    let said = RecipientError::NoEmail.to_string();
    assert_eq!(said, "the channel EMAIL needs an e-mail address; give one, or leave the channel out");
}

#[tokio::test]
async fn a_user_is_one_recipient_and_others_are_many() {
    let journal = journal("recipients").await;
    welcome(&journal, 0, &[somebody(1)]).await;
    let twin = NewRecipient { user_id: Some("user-1".into()), ..somebody(2) };
    assert_eq!(refusal(&journal, &twin).await, RecipientError::Taken);
    let nameless = |number| NewRecipient { user_id: None, ..somebody(number) };
    welcome(&journal, 1, &[nameless(3), nameless(4)]).await;
    let all = RecipientFilter::default();
    let first = notifications::find_recipients(journal.store(), &all, Window::first(2)).await.unwrap();
    assert_eq!(ids(&first.items), [4, 3]);
    let next = Window::first(2).after(first.next.unwrap());
    let last = notifications::find_recipients(journal.store(), &all, next).await.unwrap();
    assert_eq!((ids(&last.items), last.next), (vec![1], None));
}

#[tokio::test]
async fn preferences_replace_each_other_and_bring_a_recipient_back() {
    let journal = journal("recipients").await;
    welcome(&journal, 0, &[somebody(1)]).await;
    let new = Preferences {
        email: None,
        webhook_url: Some(Contact::new("https://example.com/alerts?token=7")),
        channels: vec![NotificationChannel::Webhook],
        minimum_priority: NotificationPriority::High,
        kinds: vec!["IV_SPIKE".into()],
        quiet_hours: None,
        time_zone: "Europe/Berlin".into(),
    };
    let mut change = journal.begin(second(5)).await.unwrap();
    let updated = notifications::update_preferences(&mut change, id(0xB001), &new).await.unwrap().unwrap();
    assert_eq!(notifications::update_preferences(&mut change, id(1), &new).await.unwrap(), None);
    let wrong = Preferences { webhook_url: None, ..new };
    let error = notifications::update_preferences(&mut change, id(0xB001), &wrong).await.unwrap_err();
    assert!(matches!(error, StoreError::Recipient(RecipientError::NoWebhook)));
    change.commit().await.unwrap();
    assert_eq!((updated.email, updated.time_zone.as_str()), (None, "Europe/Berlin"));
    assert_eq!((updated.updated_at, updated.created_at), (second(5), second(0)));
    let noted = blocks(journal.store(), BlockType::RecipientChanged).await;
    assert_eq!(noted.len(), 2);
    assert!(!noted[1].to_string().contains("token"));
}

#[tokio::test]
async fn recipients_are_found_by_channel_and_activity() {
    let journal = journal("recipients").await;
    let email = Preferences { channels: vec![NotificationChannel::Email], ..preferences() };
    welcome(&journal, 0, &[somebody(1), NewRecipient { preferences: email, ..somebody(2) }]).await;
    let find = async |filter| {
        ids(&notifications::find_recipients(journal.store(), &filter, Window::first(9)).await.unwrap().items)
    };
    let channel = Some(NotificationChannel::Email);
    assert_eq!(find(RecipientFilter { channel, is_active: None }).await, [2]);
    assert_eq!(find(RecipientFilter { channel, is_active: Some(true) }).await, [2]);
    assert_none(&find(RecipientFilter { channel, is_active: Some(false) }).await);
}
