//! A journal with anomalies to tell of, and people to tell.

use std::{
    fs,
    ops::{Deref, Range},
};

use host::{
    config::{Config, EmailConfig, EmailTls, NotificationsConfig, Secret},
    domain::{
        judgement::PlannedNotification,
        random::Random,
        time::{MINUTE, SECOND, Timestamp},
        vocabulary::{
            BlockType, DeliveryStatus, NotificationChannel, NotificationPriority, NotificationStatus,
        },
    },
    ledger::keys::HostKey,
    notify::{Announcement, Channels, Delivered, announce, deliver_due},
    store::{
        Store,
        anomalies::AnomalyRef,
        journal::Journal,
        notifications::{
            self, Contact, NewRecipient, Notification, NotificationFilter, Preferences, group_members,
        },
        page::{Cursor, Window},
    },
};
use serde_json::Value;
use tempfile::TempDir;
use tests::{
    Ran,
    database::{self, Database},
};
use uuid::Uuid;

use crate::{mail_server::MailServer, receiver::SECRET};

/// 2026-01-05T03:45:00Z.
const OPENING: i64 = 1_767_584_700_000_000;

/// A moment, in seconds after the opening.
pub(crate) const fn second(second: i64) -> Timestamp {
    Timestamp(OPENING + second * SECOND)
}

/// A moment, in minutes after the opening.
pub(crate) const fn minute(minute: i64) -> Timestamp {
    Timestamp(OPENING + minute * MINUTE)
}

pub(crate) fn moment(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

pub(crate) const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Id of the recipient of that number.
pub(crate) const fn recipient_id(number: u128) -> Uuid {
    id(0xB000 + number)
}

/// A journal whose database is gone after the test.
pub(crate) struct Base {
    journal: Journal,
    database: Database,
    folder: TempDir,
}

impl Deref for Base {
    type Target = Journal;

    fn deref(&self) -> &Journal {
        &self.journal
    }
}

impl Base {
    /// A database in which everybody of these numbers is told of everything by mail.
    pub(crate) async fn new(name: &str, recipients: Range<u128>) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let key = HostKey::from_seed(&[7; 32]);
        key.save(&folder.path().join("host.pem")).unwrap();
        let store = Store::new(database.pool.clone());
        let journal = Journal::open(store, key, &folder.path().join("head")).await.unwrap();
        let base = Self { journal, database, folder };
        for number in recipients {
            base.welcome(number, preferences()).await;
        }
        base
    }

    /// Another host on the same database.
    pub(crate) async fn other_host(&self) -> Journal {
        let (store, key) = (Store::new(self.database.pool.clone()), HostKey::from_seed(&[7; 32]));
        Journal::open(store, key, &self.folder.path().join("other-head")).await.unwrap()
    }

    /// Adds a recipient, who is user `trader-N`.
    pub(crate) async fn welcome(&self, number: u128, preferences: Preferences) {
        let user_id = Some(format!("trader-{number}"));
        let new = NewRecipient { id: recipient_id(number), user_id, name: "Asha".into(), preferences };
        let mut change = self.begin(minute(-60)).await.unwrap();
        notifications::create_recipient(&mut change, &new).await.unwrap();
        change.commit().await.unwrap();
    }

    /// Announces at a moment.
    pub(crate) async fn announce(&self, at: Timestamp, announcements: &[Announcement]) -> Vec<Notification> {
        let mut change = self.begin(at).await.unwrap();
        let created = announce(&mut change, announcements).await.unwrap();
        change.commit().await.unwrap();
        created
    }

    /// Announces one alert about a symbol of its own.
    pub(crate) async fn alert(&self, at: Timestamp, number: u128, priority: NotificationPriority) -> Uuid {
        let anomaly = self.anomaly(number, &format!("SYMBOL{number}")).await;
        self.announce(at, &[announcement(number, anomaly, priority)]).await[0].id
    }

    /// Records an anomaly of a symbol.
    pub(crate) async fn anomaly(&self, number: u128, symbol: &str) -> AnomalyRef {
        self.anomalies(&[(number, symbol.to_owned())]).await[0]
    }

    /// Records anomalies of symbols.
    pub(crate) async fn anomalies(&self, new: &[(u128, String)]) -> Vec<AnomalyRef> {
        let ids: Vec<Uuid> = new.iter().map(|(number, _)| id((1 << 64) + number)).collect();
        let symbols: Vec<&String> = new.iter().map(|(_, symbol)| symbol).collect();
        let opened: Vec<Timestamp> = new.iter().map(|(number, _)| second(*number as i64)).collect();
        sqlx::query(
            "INSERT INTO anomaly_detections (id, type, kind, detector, symbol, severity, score, message, findings,
                                             opened_at, last_at, recorded_at)
             SELECT id, 'PRICE_SPIKE', 'PRICE_SPIKE', 'price-movement', symbol, 'HIGH', 0.9, 'up', 1, at, at, at
             FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[]) AS new (id, symbol, at)",
        )
        .bind(&ids)
        .bind(symbols)
        .bind(opened)
        .execute(self.store().pool())
        .await
        .unwrap();
        ids.into_iter().map(AnomalyRef::Market).collect()
    }

    /// Delivers what is due at a moment, by a clock that stands still.
    pub(crate) async fn deliver(&self, config: &Config, at: Timestamp) -> Delivered {
        deliver(self, config, at).await
    }

    pub(crate) async fn notification(&self, id: Uuid) -> Notification {
        notifications::get(self.store(), &[id]).await.unwrap().remove(0)
    }

    pub(crate) async fn status(&self, id: Uuid) -> NotificationStatus {
        self.notification(id).await.status
    }

    /// How far the deliveries of a notification are: status, attempts and error, by channel.
    pub(crate) async fn deliveries(&self, id: Uuid) -> Vec<(DeliveryStatus, i32, Option<String>)> {
        sqlx::query_as(
            "SELECT status, attempts, error FROM notification_deliveries WHERE notification_id = $1 ORDER BY channel",
        )
        .bind(id)
        .fetch_all(self.store().pool())
        .await
        .unwrap()
    }

    /// All notifications, newest first.
    pub(crate) async fn all(&self) -> Vec<Notification> {
        let (mut all, mut window) = (Vec::new(), Window::first(Window::MOST));
        loop {
            let filter = NotificationFilter::default();
            let page = notifications::find(self.store(), &filter, window).await.unwrap();
            all.extend(page.items);
            let Some(next) = page.next else { return all };
            window = window.after(next);
        }
    }

    /// What is told within a notification.
    pub(crate) async fn members(&self, group: Uuid) -> Vec<Notification> {
        let (mut all, mut after) = (Vec::new(), None::<Cursor>);
        loop {
            let first = Window::first(Window::MOST);
            let window = after.map_or(first, |cursor| first.after(cursor));
            let page = group_members(self.store(), group, window).await.unwrap();
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }

    /// Payloads of the blocks of one type, oldest first.
    pub(crate) async fn blocks(&self, kind: BlockType) -> Vec<Value> {
        let payloads: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT payload FROM blockchain_blocks WHERE type = $1 ORDER BY block_number")
                .bind(kind)
                .fetch_all(self.store().pool())
                .await
                .unwrap();
        payloads.iter().map(|payload| serde_json::from_slice(payload).unwrap()).collect()
    }

    /// Runs a command on the database, with these settings.
    pub(crate) fn host(&self, settings: &str, arguments: &[&str]) -> Ran {
        fs::write(self.folder.path().join("vyomo.toml"), settings).unwrap();
        let output = std::process::Command::new(tests::binary())
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VYOMO_DATA_DIR", self.folder.path())
            .env("VYOMO_DATABASE__URL", self.database.url.expose())
            .env("VYOMO_LEDGER__KEY", fs::read_to_string(self.folder.path().join("host.pem")).unwrap())
            .output()
            .unwrap();
        output.into()
    }
}

/// Delivers what is due at a moment, by a clock that stands still; all rounds together.
pub(crate) async fn deliver(journal: &Journal, config: &Config, at: Timestamp) -> Delivered {
    let channels = Channels::new(config).unwrap();
    let mut random = Random::new(1, "notifications");
    let mut all = Delivered::default();
    loop {
        let round = deliver_due(journal, &channels, &config.notifications, || at, &mut random).await.unwrap();
        let is_idle = round.is_idle();
        all.delivered += round.delivered;
        all.again += round.again;
        all.failed += round.failed;
        all.settled.extend(round.settled);
        if is_idle {
            return all;
        }
    }
}

pub(crate) fn preferences() -> Preferences {
    Preferences {
        email: Some(Contact::new("asha@desk.example")),
        webhook_url: None,
        channels: vec![NotificationChannel::Email],
        minimum_priority: NotificationPriority::Low,
        kinds: vec![],
        quiet_hours: None,
        time_zone: "UTC".into(),
    }
}

pub(crate) fn announcement(
    number: u128,
    anomaly: AnomalyRef,
    priority: NotificationPriority,
) -> Announcement {
    Announcement {
        id: id(number),
        planned: PlannedNotification {
            priority,
            title: format!("Alert {number}"),
            body: format!("What alert {number} is about"),
        },
        kind: "PRICE_SPIKE".into(),
        anomaly: Some(anomaly),
        action_id: None,
    }
}

/// Mails go to that server, nothing waits for more of its kind, and nobody gets too much.
pub(crate) fn config(mail: &MailServer) -> Config {
    config_of_port(mail.port)
}

pub(crate) fn config_of_port(port: u16) -> Config {
    Config {
        email: EmailConfig {
            host: Some("127.0.0.1".into()),
            port: Some(port),
            tls: EmailTls::None,
            from: Some("Vyomo <alerts@vyomo.example>".into()),
            ..EmailConfig::default()
        },
        notifications: NotificationsConfig {
            group_window_seconds: 0,
            most_per_interval: 1_000.try_into().unwrap(),
            webhook_secrets: vec![Secret::from(SECRET.to_owned())],
            allow_private: true,
            ..NotificationsConfig::default()
        },
        ..Config::default()
    }
}
