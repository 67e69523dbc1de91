//! `host notifications`.

use host::{
    config::{Config, EmailConfig, NotificationsConfig},
    domain::{
        time::Timestamp,
        vocabulary::{NotificationPriority, NotificationStatus},
    },
    store::notifications,
};

use crate::support::{Base, id};

const NOW: &str = "[notifications]\ngroup_window_seconds = 0\n";

/// Runs a command that succeeds.
fn host(base: &Base, arguments: &[&str]) -> tests::Ran {
    let ran = base.host(NOW, arguments);
    assert_eq!(ran.code, 0, "{}", ran.said());
    ran
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recipients_come_change_and_go() {
    let base = Base::new("commands", 0..0).await;
    let recipients = ["notifications", "recipients"];
    let with = |rest: &[&'static str]| [&recipients, rest].concat();
    let added = host(
        &base,
        &with(&[
            "add",
            "Asha",
            "--user",
            "asha.rao",
            "--email",
            "asha@desk.example",
            "--channels",
            "log,email",
            "--minimum-priority",
            "high",
            "--kinds",
            "PRICE_SPIKE,IV_SPIKE",
            "--quiet",
            "22:00-07:00",
            "--time-zone",
            "Asia/Kolkata",
        ]),
    );
    let added: uuid::Uuid = added.out.trim().parse().unwrap();
    assert_eq!(added.get_version_num(), 7);
    let listed = host(&base, &with(&["list"])).out;
    for word in [
        "Asha",
        "LOG,EMAIL",
        "HIGH",
        "22:00-07:00",
        "Asia/Kolkata",
        "PRICE_SPIKE,IV_SPIKE",
        "asha@desk.example",
    ] {
        assert!(listed.contains(word), "{word} in {listed}");
    }
    let id = added.to_string();
    let update = [
        "notifications",
        "recipients",
        "update",
        &id,
        "--quiet",
        "none",
        "--kinds",
        "all",
        "--channels",
        "log",
    ];
    host(&base, &update);
    let updated = notifications::recipient(base.store(), added).await.unwrap().unwrap();
    assert_eq!((updated.quiet_from, updated.kinds.len(), updated.channels.len()), (None, 0, 1));
    assert_eq!(updated.minimum_priority, NotificationPriority::High);
    assert_eq!(updated.email, Some(notifications::Contact::new("asha@desk.example")));
    let removed = host(&base, &["notifications", "recipients", "remove", &id]).out;
    assert_eq!(removed, format!("{id} is removed.\n"));
    assert_eq!(notifications::recipient(base.store(), added).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_is_refused_with_the_way_out() {
    let base = Base::new("commands", 0..0).await;
    let nobody = id(1).to_string();
    let cases: [(&[&str], &str); 6] = [
        (&["add", "Asha", "--channels", "email"], "needs an e-mail address; give one"),
        (&["add", "Asha", "--channels", "pigeon"], "`pigeon` is none of LOG, WEBHOOK, EMAIL"),
        (&["add", "Asha", "--quiet", "22:00"], "write hours like 22:00-07:00, or none"),
        (&["add", "Asha", "--quiet", "22:00-7"], "as in 07:30"),
        (&["add", "Asha", "--time-zone", "Asia/Atlantis"], "name one of the IANA database"),
        (&["remove", &nobody], "recipients list` shows which there are"),
    ];
    for (arguments, way_out) in cases {
        let ran = base.host(NOW, &[&["notifications", "recipients"], arguments].concat());
        assert!(ran.code > 0 && ran.said().contains(way_out), "{}", ran.said());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_gets_what_is_due_and_the_list_shows_it() {
    let base = Base::new("commands", 0..0).await;
    host(&base, &["notifications", "recipients", "add", "The desk"]);
    let alert = base.alert(Timestamp::now(), 1, NotificationPriority::High).await;
    let ran = host(&base, &["notifications", "deliver"]);
    assert_eq!(ran.out, "1 delivered, 0 to be tried again, 0 given up\n");
    for word in
        ["WARN notification: Alert 1", &alert.to_string(), "kind=\"PRICE_SPIKE\"", "What alert 1 is about"]
    {
        assert!(ran.err.contains(word), "{word} in {}", ran.err);
    }
    assert_eq!(base.status(alert).await, NotificationStatus::Sent);
    let listed = host(&base, &["notifications", "list", "--status", "sent"]).out;
    assert!(listed.contains(&alert.to_string()) && listed.contains("Alert 1"), "{listed}");
    assert!(!host(&base, &["notifications", "list", "--status", "failed"]).out.contains("Alert"));
}

#[test]
fn the_settings_in_the_document_are_the_usual_ones() {
    let document = std::fs::read_to_string(tests::repository().join("docs/NOTIFICATIONS.md")).unwrap();
    let settings = document.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("vyomo.toml");
    std::fs::write(&file, settings).unwrap();
    let config = Config::load(Some(&file)).unwrap();
    assert_eq!(config.notifications, NotificationsConfig::default());
    let (usual, email) = (EmailConfig::default(), config.email);
    assert_eq!((email.tls, email.port, email.timeout()), (usual.tls, Some(usual.port()), usual.timeout()));
}
