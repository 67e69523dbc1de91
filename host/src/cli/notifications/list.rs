//! `host notifications list`.

use std::{path::Path, process::ExitCode};

use clap::Args;
use uuid::Uuid;

use super::word;
use crate::{
    cli::{journal::open_store, session, table},
    domain::vocabulary::NotificationStatus,
    store::{
        notifications::{self, Notification, NotificationFilter},
        page::Window,
    },
};

/// List notifications.
#[derive(Args)]
pub(super) struct Arguments {
    /// Only those that are this far: pending, sent, failed or grouped.
    #[arg(long, value_parser = status)]
    status: Option<NotificationStatus>,
    /// Only those for this recipient.
    #[arg(long, value_name = "ID")]
    recipient: Option<Uuid>,
    /// Only those that are told within this one, oldest first.
    #[arg(long, value_name = "ID", conflicts_with_all = ["status", "recipient"])]
    within: Option<Uuid>,
    /// How many at most, up to 1,000.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: i64,
}

fn status(text: &str) -> Result<NotificationStatus, String> {
    word(text, NotificationStatus::parse, NotificationStatus::ALL.iter().map(|status| status.name()))
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let window = Window::first(arguments.limit);
        let page = if let Some(group) = arguments.within {
            notifications::group_members(&store, group, window).await?
        } else {
            let filter = NotificationFilter {
                status: arguments.status,
                recipient_id: arguments.recipient,
                ..NotificationFilter::default()
            };
            notifications::find(&store, &filter, window).await?
        };
        store.pool().close().await;
        let head = ["id", "made", "status", "priority", "kind", "title", "detail"];
        table::print(head, &page.items.iter().map(row).collect::<Vec<_>>());
        Ok(ExitCode::SUCCESS)
    })
}

fn row(notification: &Notification) -> [String; 7] {
    let within = notification.group_id.map(|group| format!("within {group}"));
    [
        notification.id.to_string(),
        notification.created_at.to_string(),
        notification.status.name().into(),
        notification.priority.name().into(),
        notification.kind.clone(),
        notification.title.clone(),
        notification.error.clone().or(within).unwrap_or_default(),
    ]
}
