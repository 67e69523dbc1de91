//! Mails, to a real server.

use host::{
    config::{Config, EmailConfig, EmailTls, NotificationsConfig, Secret},
    domain::{
        judgement::PlannedNotification,
        vocabulary::{BlockType, DeliveryStatus, NotificationPriority, NotificationStatus},
    },
    notify::{Announcement, Channels},
};
use serde_json::json;

use crate::{
    mail_server::MailServer,
    support::{Base, announcement, config, config_of_port, id, minute, recipient_id},
};

#[tokio::test]
async fn a_mail_arrives_and_the_ledger_says_so() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::High).await;
    let delivered = base.deliver(&config(&server), minute(1)).await;
    assert_eq!((delivered.delivered, delivered.again, delivered.failed), (1, 0, 0));
    let mails = server.mails();
    assert_eq!((mails.len(), mails[0].from.as_str()), (1, "alerts@vyomo.example"));
    assert_eq!(mails[0].to, ["asha@desk.example"]);
    let header = |name| mails[0].header(name).unwrap();
    assert_eq!(header("From"), "Vyomo <alerts@vyomo.example>");
    assert_eq!(header("To"), "asha@desk.example");
    assert_eq!(header("Subject"), "[HIGH] Alert 1");
    assert_eq!(header("Message-ID"), format!("<{alert}.{}@vyomo.example>", recipient_id(1)));
    assert_eq!(header("Date"), "Mon, 05 Jan 2026 03:45:00 +0000");
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert!(header("Content-Type").starts_with("text/plain"));
    assert_eq!(mails[0].body().trim_end(), "What alert 1 is about");
    assert_eq!(base.deliveries(alert).await, [(DeliveryStatus::Delivered, 1, None)]);
    let told = base.notification(alert).await;
    assert_eq!((told.status, told.sent_at), (NotificationStatus::Sent, Some(minute(1))));
    assert_eq!(base.blocks(BlockType::NotificationUpdated).await[0]["notification"]["status"], json!("SENT"));
    // It is over.
    assert_eq!(base.deliver(&config(&server), minute(100)).await.tried(), 0);
}

#[tokio::test]
async fn words_become_neither_headers_nor_commands() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    let anomaly = base.anomaly(1, "NIFTY").await;
    let body =
        "first\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\n..dots\0 and \u{1b}";
    let title = "Ünusual\r\nBcc: victim@example.com\r\n\r\nnot a body";
    let planned = PlannedNotification {
        title: title.into(),
        body: body.into(),
        ..announcement(1, anomaly, NotificationPriority::Low).planned
    };
    base.announce(
        minute(0),
        &[Announcement { planned, ..announcement(1, anomaly, NotificationPriority::Low) }],
    )
    .await;
    assert_eq!(base.deliver(&config(&server), minute(1)).await.delivered, 1);
    let mail = server.mails().remove(0);
    assert_eq!((server.mails().len(), mail.to.len(), mail.header("Bcc")), (1, 1, None));
    assert!(mail.header("Subject").unwrap().contains("Bcc: victim@example.com"), "{}", mail.raw);
    for line in ["first", "MAIL FROM:<evil@example.com>", "RCPT TO:<victim@example.com>"] {
        assert!(mail.body().lines().any(|one| one == line), "{}", mail.raw);
    }
    assert!(!mail.raw.contains(['\0', '\u{1b}']));
}

#[tokio::test]
async fn what_a_server_refuses_for_now_is_tried_again_under_the_same_id() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    server.answer([(451, "try later")]);
    server.answer_recipients([(450, "asha@desk.example is busy")]);
    assert_eq!(base.deliver(&config(&server), minute(1)).await.again, 1);
    let (status, attempts, error) = base.deliveries(alert).await.remove(0);
    assert_eq!((status, attempts), (DeliveryStatus::Pending, 1));
    let error = error.unwrap();
    assert!(
        error.contains("450") && error.contains("the recipient is busy") && !error.contains("asha"),
        "{error}"
    );
    assert_eq!(base.deliver(&config(&server), minute(1)).await.tried(), 0);
    assert_eq!(base.deliver(&config(&server), minute(2)).await.again, 1);
    assert_eq!(base.status(alert).await, NotificationStatus::Pending);
    assert_eq!(base.deliver(&config(&server), minute(3)).await.delivered, 1);
    assert_eq!(base.status(alert).await, NotificationStatus::Sent);
    assert!(server.mails()[0].header("Message-ID").unwrap().contains(&alert.to_string()));
}

#[tokio::test]
async fn what_a_server_refuses_for_ever_is_given_up() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    server.answer_recipients([(550, "no such user")]);
    assert_eq!(base.deliver(&config(&server), minute(1)).await.failed, 1);
    assert_eq!(base.status(alert).await, NotificationStatus::Failed);
    assert_eq!(base.notification(alert).await.error.unwrap(), "every delivery was given up");
    assert!(base.deliveries(alert).await[0].2.as_ref().unwrap().contains("550"));
    assert_eq!(base.deliver(&config(&server), minute(500)).await.tried(), 0);
}

#[tokio::test]
async fn a_server_that_comes_back_gets_what_waited() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    let port = server.port;
    drop(server);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    assert_eq!(base.deliver(&config_of_port(port), minute(1)).await.again, 1);
    let server = MailServer::at(port, std::time::Duration::ZERO).await;
    assert_eq!(base.deliver(&config(&server), minute(2)).await.delivered, 1);
    assert_eq!((server.mails().len(), base.status(alert).await), (1, NotificationStatus::Sent));
}

#[tokio::test]
async fn attempts_come_to_an_end() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    let mut config = config(&server);
    config.notifications = NotificationsConfig { attempts: 3.try_into().unwrap(), ..config.notifications };
    server.answer([(451, "later"); 9]);
    let mut outcomes = Vec::new();
    for at in [1, 2, 5, 600] {
        let round = base.deliver(&config, minute(at)).await;
        outcomes.push((round.again, round.failed));
    }
    assert_eq!(outcomes, [(1, 0), (1, 0), (0, 1), (0, 0)]);
    assert_eq!(base.status(alert).await, NotificationStatus::Failed);
    let (status, attempts, error) = base.deliveries(alert).await.remove(0);
    assert_eq!((status, attempts), (DeliveryStatus::Failed, 3));
    assert!(error.unwrap().starts_with("given up after 3 attempts: "));
}

#[test]
fn the_wait_between_attempts_doubles_up_to_a_bound() {
    let settings = NotificationsConfig::default();
    let waits: Vec<i64> = (1..=10).map(|attempts| settings.retry_after(attempts) / 1_000_000).collect();
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
    assert_eq!(settings.retry_after(u32::MAX), 3_600_000_000);
}

#[tokio::test]
async fn without_a_server_mails_wait_and_say_for_what() {
    let base = Base::new("mail", 1..2).await;
    let alert = base.alert(minute(0), 1, NotificationPriority::Urgent).await;
    assert_eq!(base.deliver(&Config::default(), minute(1)).await.again, 1);
    let error = base.deliveries(alert).await.remove(0).2.unwrap();
    assert_eq!(error, "no mail server is configured; set email.host and email.from");
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_encrypt_unless_that_is_allowed() {
    let (base, server) = (Base::new("mail", 1..2).await, MailServer::start().await);
    base.alert(minute(0), 1, NotificationPriority::Urgent).await;
    let mut config = config(&server);
    config.email.tls = EmailTls::Starttls;
    assert_eq!(base.deliver(&config, minute(1)).await.again, 1);
    assert_eq!(server.mails().len(), 0);
}

#[tokio::test]
async fn settings_that_make_no_mailer_are_refused_with_the_way_out() {
    let email = || EmailConfig {
        host: Some("mail.example".into()),
        from: Some("alerts@vyomo.example".into()),
        ..EmailConfig::default()
    };
    let secret = || Some(Secret::from("hunter2".to_owned()));
    let cases = [
        (EmailConfig { from: None, ..email() }, "set it to the address"),
        (EmailConfig { from: Some("nobody".into()), ..email() }, "write it like"),
        (EmailConfig { password: secret(), ..email() }, "set both or neither"),
        (
            EmailConfig { user: Some("u".into()), password: secret(), tls: EmailTls::None, ..email() },
            "set email.tls",
        ),
    ];
    for (email, way_out) in cases {
        let error = Channels::new(&Config { email, ..Config::default() }).err().unwrap().to_string();
        assert!(error.contains(way_out) && !error.contains("hunter2"), "{error}");
    }
    assert!(Channels::new(&Config { email: email(), ..Config::default() }).is_ok());
    let notifications = NotificationsConfig {
        webhook_secrets: vec![Secret::from("hunter2".to_owned())],
        ..NotificationsConfig::default()
    };
    let error = Channels::new(&Config { notifications, ..Config::default() }).err().unwrap().to_string();
    assert!(error.starts_with("notifications.webhook_secrets: ") && !error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn what_was_announced_is_not_announced_again() {
    let base = Base::new("mail", 1..3).await;
    let anomaly = base.anomaly(1, "NIFTY").await;
    let news = [announcement(1, anomaly, NotificationPriority::Normal)];
    let first = base.announce(minute(0), &news).await;
    let told: Vec<_> = first.iter().map(|one| (one.kind.as_str(), one.market_anomaly_id)).collect();
    assert_eq!(told, [("PRICE_SPIKE", Some(anomaly.id())); 2]);
    assert!(first.iter().all(|one| one.id != id(1)));
    assert_eq!(base.announce(minute(1), &news).await, []);
    assert_eq!(base.blocks(BlockType::NotificationCreated).await.len(), 2);
}
