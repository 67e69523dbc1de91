//! `host actions list`.

use std::{path::Path, process::ExitCode};

use clap::Args;

use crate::{
    cli::{journal::open_store, session, table},
    store::{
        actions::{self, Action},
        page::Window,
    },
};

/// List actions.
#[derive(Args)]
pub(super) struct Arguments {
    /// Only those that are not finished, oldest first.
    #[arg(long, conflicts_with = "failed")]
    pending: bool,
    /// Only those that failed.
    #[arg(long)]
    failed: bool,
    /// How many at most, up to 1,000.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: i64,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let window = Window::first(arguments.limit);
        let page = if arguments.pending {
            actions::pending(&store, window).await?
        } else if arguments.failed {
            actions::failed(&store, window).await?
        } else {
            actions::recent(&store, window).await?
        };
        store.pool().close().await;
        let head = ["id", "requested", "status", "type", "subject", "detail"];
        table::print(head, &page.items.iter().map(row).collect::<Vec<_>>());
        Ok(ExitCode::SUCCESS)
    })
}

fn row(action: &Action) -> [String; 6] {
    let detail = action.rollback_reason.as_ref().or(action.error.as_ref());
    [
        action.id.to_string(),
        action.requested_at.to_string(),
        action.status.name().into(),
        action.action_type.name().into(),
        format!("{} {}", action.subject_type.name(), action.subject),
        detail.cloned().unwrap_or_else(|| action.parameters.to_string()),
    ]
}
